import { fileURLToPath } from 'node:url';

/** The built entry of worker threads. Run from source, the build beside it is used: threads load JavaScript only. */
export function workerEntry(moduleUrl: string = import.meta.url): string {
  const fromSource = moduleUrl.endsWith('.ts');
  return fileURLToPath(new URL(fromSource ? '../../dist/worker.js' : '../worker.js', moduleUrl));
}
