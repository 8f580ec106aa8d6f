import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { format } from 'node:util';
import { describe, expect, it } from 'vitest';

const packages = new URL('../../packages/', import.meta.url);
const published = readdirSync(packages).filter((name) => existsSync(new URL(`${name}/package.json`, packages)));

// The READMEs of core and evaluation have tests of their own, beside them.
const elsewhere = new Set(['core', 'evaluation']);

it.each(published)('%s has a README', (name) => {
  expect(existsSync(new URL(`${name}/README.md`, packages))).toBe(true);
});

describe.each(published.filter((name) => !elsewhere.has(name)))('the README of %s', (name) => {
  const readme = readFileSync(new URL(`${name}/README.md`, packages), 'utf8');
  const examples = [...readme.matchAll(/(?<=^```js\n)[\s\S]*?(?=^```)/gm)].map(([code]) => code);

  it.each(examples)('prints what its example %# says', async (code) => {
    const promised = [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
    expect(promised.length).toBeGreaterThan(0);
    expect(await printedBy(code)).toEqual(promised);
  });

  it('links to pages that exist', () => {
    const links = [...readme.matchAll(/\]\((\.\.\/[^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(new URL(`${name}/${link}`, packages)))).toEqual([]);
  });
});

/** Runs an example, its imports taken from the sources of the packages. */
async function printedBy(code: string): Promise<string[]> {
  const printed: string[] = [];
  const body = code.replace(
    /^import \{ (.+) \} from '(.+)';$/gm,
    (_, names: string, from: string) => `const { ${names} } = await load('${from}');`,
  );
  const load = (from: string): Promise<unknown> => import(/* @vite-ignore */ sourceOf(from));
  const log = (...values: unknown[]): number => printed.push(format(...values));
  await new Function('load', 'console', `return (async () => { ${body} })();`)(load, { log });
  return printed;
}

function sourceOf(name: string): string {
  const [folder = '', ...rest] = name.replace(/^@sluice\//, '').split('/');
  if (folder.startsWith('model-')) return new URL(`models/${folder.slice('model-'.length)}/index.js`, packages).href;
  return new URL([folder, 'src', ...rest, 'index.ts'].join('/'), packages).href;
}
