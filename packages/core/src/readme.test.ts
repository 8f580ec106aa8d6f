import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as core from './index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```js\nimport \{ ([^}]+) \} from '@sluice\/core';\n([\s\S]*?)```/g)];

it.each(examples.map(([, names = '', code = '']) => ({ names, code })))(
  'runs the example with $names',
  async ({ names, code }) => {
    const logged: unknown[] = [];
    const promised = [...code.matchAll(/console\.log\(.*; \/\/ (.*)/g)].map(([, text]) => text);
    const run = new Function('core', 'console', `return (async () => { const { ${names} } = core; ${code} })();`);
    await run(core, { log: (value: unknown) => logged.push(value) });
    expect(logged.map(printed)).toEqual(promised);
  },
);

it('has both examples', () => {
  expect(examples).toHaveLength(2);
});

/** As Node prints strings and short lists of strings. */
function printed(value: unknown): string {
  return Array.isArray(value) ? `[ ${value.map((each) => `'${each}'`).join(', ')} ]` : String(value);
}
