import { fileURLToPath } from 'node:url';

/** The built entry of workers. Run from source, the build beside it is used: workers load JavaScript only. */
export function workerEntry(kind: 'worker' | 'child', moduleUrl: string = import.meta.url): string {
  const folder = moduleUrl.endsWith('.ts') ? '../../dist' : '..';
  return fileURLToPath(new URL(`${folder}/${kind}.js`, moduleUrl));
}
