import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('.', import.meta.url));

it('imports nothing but its own files and zod, so that it runs in a browser', () => {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test|\.fixture)\.ts$/.test(name),
  );
  const imported = sources.flatMap((name) =>
    [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/(?:from |import |import\()'([^']+)'/g)].map(
      ([, from]) => from,
    ),
  );
  expect(sources.length).toBeGreaterThan(40);
  expect(new Set(imported.filter((from) => !from?.startsWith('.')))).toEqual(new Set(['zod']));
});
