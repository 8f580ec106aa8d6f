import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as evaluation from './index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [first = ''] = /(?<=```js\n)[\s\S]*?(?=```)/.exec(readme) ?? [];

it('the first example of the README prints what it says', async () => {
  const promised = /console\.log\(summary\); \/\/ (.*)/.exec(first)?.[1] ?? '';
  const names = /import \{ (?<names>[^}]+) \}/.exec(first)?.groups?.names ?? '';
  const body = first.replace(/^import .*$/m, '').replace(/console\.log\(summary\);.*/, 'return summary;');
  const run = new Function('library', `return (async () => { const { ${names} } = library; ${body} })();`);
  const summary: unknown = await run(evaluation);
  expect(summary).toEqual(new Function(`return (${promised});`)());
});

it('the README names only what the package exports', () => {
  const imported = [...readme.matchAll(/import \{ (?<names>[^}]+) \} from '@sluice\/evaluation'/g)].flatMap(
    ({ groups }) => groups?.names?.split(', ') ?? [],
  );
  const called = [...readme.matchAll(/`(?<name>[a-z]\w+)(?:`|\()/g)].map(({ groups }) => groups?.name ?? '');
  const options = [
    'baseline',
    'best',
    'bestMean',
    'correction',
    'documentOf',
    'estimate',
    'infAP',
    'maxLineBytes',
    'mean',
    'nDCG',
    'strict',
    'test',
    'trec_eval',
  ];
  const known = new Set([...Object.keys(evaluation), ...options]);
  expect(imported.length).toBeGreaterThan(5);
  expect([...imported, ...called].filter((name) => !known.has(name))).toEqual([]);
});
