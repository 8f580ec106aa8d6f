import { fileURLToPath } from 'node:url';

/** The built entry of child processes. Run from source, the build beside it is used: a process loads JavaScript only. */
export function childEntry(moduleUrl: string = import.meta.url): string {
  const fromSource = moduleUrl.endsWith('.ts');
  return fileURLToPath(new URL(fromSource ? '../../dist/child/entry.js' : './entry.js', moduleUrl));
}
