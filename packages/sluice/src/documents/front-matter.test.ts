import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { frontMatterOf } from './front-matter.js';

const fenced = (yaml: string): string => `---\n${yaml}\n---\n`;

it('reads the title and what filters can ask for', () => {
  const source = [
    '---',
    'title: "Weirs: a  guide"',
    'year: 1850',
    'date: 2024-05-01',
    'draft: false',
    'version: "1.10"',
    'tags: [river, wall, 7]',
    'author: { name: x }',
    'lists: [[1], 2]',
    'nothing:',
    'endless: .inf',
    '? [a, b]',
    ': 1',
    '--- ',
    'Text',
  ].join('\n');
  expect(frontMatterOf(source)).toEqual({
    title: 'Weirs: a guide',
    metadata: { year: 1850, date: '2024-05-01', draft: false, version: '1.10', tags: ['river', 'wall', 7] },
    length: source.indexOf('Text'),
  });
});

it.each([
  { why: 'nothing between the dashes', source: '---\n---\nText', length: 8 },
  { why: 'a comment alone', source: '---\n# draft\n---\nText', length: 16 },
  { why: 'lines as on Windows', source: '---\r\na: 1\r\n---\r\nText', length: 16, metadata: { a: 1 } },
  { why: 'the file ends with it', source: '---\na: 1\n---', length: 12, metadata: { a: 1 } },
])('$why', ({ source, length, metadata = {} }) => {
  expect(frontMatterOf(source)).toEqual({ metadata, length });
});

it.each([
  { why: 'no dashes', source: 'a: 1\n---\n' },
  { why: 'not at the beginning', source: '\n---\na: 1\n---\n' },
  { why: 'no end', source: '---\na: 1\n' },
  { why: 'not well formed', source: fenced('title: [x') },
  { why: 'a key twice', source: fenced('a: 1\na: 2') },
  { why: 'text between two rules', source: fenced('\nOnce upon a time.\n') },
  { why: 'a list', source: fenced('- a\n- b') },
  { why: 'too long', source: fenced(`a: ${'x'.repeat(8192)}`) },
  { why: 'too many brackets', source: fenced(`a: ${'['.repeat(300)}${']'.repeat(300)}`) },
  { why: 'brackets without end', source: fenced('{'.repeat(8000)) },
  { why: 'too deep', source: fenced('- '.repeat(4000)) },
  {
    why: 'deeper from line to line',
    source: fenced(Array.from({ length: 110 }, (_, at) => `${' '.repeat(2 * at)}a:`).join('\n')),
  },
])('$why: it is text', ({ source }) => {
  expect(frontMatterOf(source)).toBeUndefined();
});

it('follows no alias, so that a bomb stays small', () => {
  const names = [...'abcdefgh'];
  const bomb = names.map((name, at) => `${name}: &${name} [${`*${names[at - 1]}, `.repeat(at === 0 ? 0 : 9)}x]`);
  expect(frontMatterOf(fenced([...bomb, 'title: *a', 'year: 1'].join('\n')))?.metadata).toEqual({ a: ['x'], year: 1 });
});

it('keeps names that objects inherit as they are', () => {
  const metadata = frontMatterOf(fenced('__proto__: x\nconstructor: y'))?.metadata ?? {};
  expect(Object.entries(metadata)).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
});

it('reads back what was written', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const value = fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }));
  const key = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== 'title');
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 4 }), (entries) => {
      const metadata = Object.fromEntries(entries);
      expect(frontMatterOf(fenced(stringify(metadata)))?.metadata).toEqual(metadata);
    }),
  );
});

it('survives any text, and takes none of what follows', () => {
  const piece = fc.constantFrom(
    '- ',
    '? ',
    ': ',
    '[',
    '{',
    ']',
    '}',
    ',',
    '&a ',
    '*a ',
    '!x ',
    '"',
    "'",
    '|',
    '>',
    '\n',
    '  ',
    'a',
    '#',
    '%',
    '\t',
    '<<: ',
    '\u2028',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      const source = `${fenced(pieces.join(''))}after`;
      const { length = 0 } = frontMatterOf(source) ?? {};
      expect(source.slice(length)).toMatch(/after$/);
    }),
  );
});
