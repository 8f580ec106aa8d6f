import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FencedBlock } from './fenced-blocks.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

/** A block and the page that it stands on. */
export interface PagedBlock {
  readonly page: string;
  readonly block: FencedBlock;
}

/**
 * Type-checks blocks together, strictly, against the built packages, and returns the complaints: one a line, named
 * `PAGE-LINE.ts`. What is given to a block stands above it: import lines, and declarations without `declare`.
 */
export async function typeComplaints(blocks: readonly PagedBlock[], folder: string): Promise<string> {
  const files: string[] = [];
  for (const { page, block } of blocks) {
    const file = `${page.replace(/\W+/g, '-')}-${block.line}.ts`;
    files.push(file);
    await writeFile(`${folder}/${file}`, `${declared(block.given)}\n${block.text}\nexport {};\n`);
  }
  const compilerOptions = {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    module: 'NodeNext',
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  };
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files }));
  try {
    await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder, '--pretty', 'false']);
    return '';
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}

function declared(given: string): string {
  return given
    .split('\n')
    .map((line) => (/^(const|function|class|let) /.test(line) ? `declare ${line}` : line))
    .join('\n');
}
