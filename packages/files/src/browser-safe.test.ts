import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

it('only the folder `node` needs Node: everything else runs in a browser', async () => {
  const root = new URL('.', import.meta.url);
  const files = (await readdir(root, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('node/'),
  );
  expect(files).toContain('directory/memory-directory.ts');
  for (const file of files) {
    const source = await readFile(new URL(file, root), 'utf8');
    expect(source, file).not.toMatch(/from '(?:node:|.*\/node\/)/);
    expect(source, file).not.toMatch(/\bBuffer\b|setImmediate/);
  }
});
