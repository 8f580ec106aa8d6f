import fc from 'fast-check';
import { expect, it } from 'vitest';
import { passagesOf } from './passages.js';

const section = (heading: string, ...blocks: string[]) => ({ headings: [heading], blocks, line: 1 });

it('names passages after path and heading, and tells equal headings apart', () => {
  const passages = passagesOf('a/b.md', [section('Über uns!', 'x'), section('Über uns!', 'y')], 10);
  expect(passages.map(({ id }) => id)).toEqual(['a/b.md#über-uns', 'a/b.md#über-uns-2']);
  expect(passages[0]).toMatchObject({
    title: 'Über uns!',
    metadata: { path: 'a/b.md', heading: 'Über uns!', line: 1 },
  });
});

it('puts the title of the file before headings that do not repeat it', () => {
  const titled = (headings: readonly string[], title: string): string | undefined =>
    passagesOf('a', [{ headings, blocks: ['x'], line: 1 }], 9, { title })[0]?.title;
  expect(titled([], 'Guide')).toBe('Guide');
  expect(titled(['Filters'], 'Guide')).toBe('Guide › Filters');
  expect(titled(['GUIDE', 'Filters'], 'Guide')).toBe('GUIDE › Filters');
});

it('gives each passage the metadata of the file, but for its own source', () => {
  const metadata = { tags: ['a'], path: 'elsewhere', line: 'no' };
  for (const passage of passagesOf('a.md', [section('h', 'x', 'y')], 1, { metadata })) {
    expect(passage.metadata).toEqual({ tags: ['a'], path: 'a.md', heading: 'h', line: 1 });
  }
});

it('cuts between blocks first, between words where it must', () => {
  const texts = passagesOf('a', [section('h', 'one two', 'three', 'four five six seven')], 3).map(({ text }) => text);
  expect(texts).toEqual(['one two\n\nthree', 'four five six', 'seven']);
});

it('loses no word, repeats none and keeps to the limit', () => {
  const word = fc.stringMatching(/^[a-z]{1,5}$/);
  const block = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (blocks, maxWords) => {
      const words = passagesOf('p', [section('h', ...blocks)], maxWords).map(({ text }) => text.split(/\s+/));
      expect(words.flat()).toEqual(blocks.join(' ').split(' '));
      for (const list of words) expect(list.length).toBeLessThanOrEqual(maxWords);
    }),
  );
});
