import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { describeModule } from './describe-module.js';

/**
 * Compiles `assembly/` and writes the module into `src/generated/kernels.ts` as text.
 *
 * Refuses a module that holds data or a start function, or that imports anything but its memory: a second instance
 * on the same memory would overwrite what the first one works with.
 */
const folder = fileURLToPath(new URL('..', import.meta.url));
const binary = `${folder}dist/kernels.wasm`;

await mkdir(`${folder}dist`, { recursive: true });
await mkdir(`${folder}src/generated`, { recursive: true });
const { error, stderr } = await asc.main([
  `${folder}assembly/index.ts`,
  ...['--outFile', binary],
  ...['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
]);
if (error) {
  process.stderr.write(stderr.toString());
  process.exit(1);
}

const bytes = await readFile(binary);
await rm(binary);
const { memoryFlagsAt } = describeModule(bytes);
await writeFile(
  `${folder}src/generated/kernels.ts`,
  [
    '/** The compiled kernels, in base 64. */',
    `export const kernelBase64: string =\n  '${bytes.toString('base64')}';`,
    '',
    '/** Where the module says how its memory is limited: 1 is a plain memory, 3 a shared one. */',
    `export const memoryFlagsAt: number = ${memoryFlagsAt};`,
    '',
  ].join('\n'),
);
process.stdout.write(`kernels: ${bytes.length} bytes of WebAssembly\n`);
