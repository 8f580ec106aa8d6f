import { idSpace } from '@sluice/core';
import { rankingWith, testRelevanceFilter } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldNearDuplicates } from './fold-near-duplicates.js';

testRelevanceFilter('foldNearDuplicates', () => foldNearDuplicates());

async function kept(texts: readonly string[], options = {}): Promise<string[]> {
  const ids = texts.map((_, at) => `d${at}`);
  const space = {
    ...idSpace(ids),
    texts: async (rows: Uint32Array) => Array.from(rows, (at) => ({ text: texts[at] ?? '' })),
  };
  const ranking = rankingWith({ ids, space });
  const [answer] = await foldNearDuplicates(options).select([{ query: { text: 'q' }, ranking }]);
  return [...(answer?.ids ?? [])];
}

const tide = 'The tide is the rise and fall of the sea, caused by the pull of the moon and of the sun.';

it('folds copies that differ in case and punctuation, and keeps the highest', async () => {
  expect(await kept([tide, tide.toUpperCase().replaceAll(',', ';'), 'Bread is baked.'])).toEqual(['d0', 'd2']);
});

it('keeps texts of the same words in another order', async () => {
  expect(await kept(['one two three four five six', 'six five four three two one'])).toEqual(['d0', 'd1']);
});

it('folds short and empty texts when they are equal', async () => {
  expect(await kept(['yes', 'no', 'Yes!', '', ''])).toEqual(['d0', 'd1', 'd3']);
});

it('compares with what stayed only: a chain of small changes is not one text', async () => {
  const words = Array.from({ length: 40 }, (_, at) => `w${at}`);
  const shifted = (by: number) => [...words.slice(by), ...Array.from({ length: by }, (_, at) => `n${at}`)].join(' ');
  expect(await kept([shifted(0), shifted(3), shifted(6)], { similarity: 0.8 })).toEqual(['d0', 'd2']);
});

it('keeps exactly what comparing all pairs of sets keeps', async () => {
  const texts = fc.array(
    fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map((words) => words.join(' ')),
    {
      maxLength: 12,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.constantFrom(0.3, 0.5, 0.8, 1),
      fc.constantFrom(1, 2, 3),
      async (list, similarity, words) => {
        expect(await kept(list, { similarity, words })).toEqual(byPairs(list, similarity, words));
      },
    ),
  );
});

function byPairs(texts: readonly string[], similarity: number, words: number): string[] {
  const sets = texts.map((text) => {
    const list = text === '' ? [] : text.split(' ');
    if (list.length <= words) return new Set([text]);
    return new Set(list.slice(words - 1).map((_, at) => list.slice(at, at + words).join(' ')));
  });
  const stays: number[] = [];
  for (const [at, set] of sets.entries()) {
    const folded = stays.some((other) => {
      const common = [...set].filter((each) => sets[other]?.has(each)).length;
      return common / (set.size + (sets[other]?.size ?? 0) - common) >= similarity;
    });
    if (!folded) stays.push(at);
  }
  return stays.map((at) => `d${at}`);
}

it('refuses a similarity out of range', () => {
  expect(() => foldNearDuplicates({ similarity: 0 })).toThrow(expect.objectContaining({ path: 'similarity' }));
});
