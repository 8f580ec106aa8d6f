import { type DocumentSpace, idSpace } from '@sluice/core';
import { rankingWith, testReranker } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type Generate, listwiseReranker } from './listwise-reranker.js';

/** Answers as a model would that knows the true order: longer texts first. */
const longestFirst: Generate = async ({ user }) => {
  const passages = [...user.matchAll(/^\[(\d+)\] (.*)$/gm)].map(([, number = '', text = '']) => ({ number, text }));
  return passages
    .sort((left, right) => right.text.length - left.text.length)
    .map(({ number }) => `[${number}]`)
    .join(' > ');
};

testReranker('listwiseReranker', () => listwiseReranker(longestFirst, { window: 7, step: 3 }), { manyCandidates: 300 });

const ids = Array.from({ length: 12 }, (_, at) => `d${String(at).padStart(2, '0')}`);

function spaceOf(texts: readonly string[]): DocumentSpace {
  return {
    ...idSpace(ids.slice(0, texts.length)),
    texts: async (ordinals) => Array.from(ordinals, (at) => ({ text: texts[at] ?? '' })),
  };
}

function candidates(texts: readonly string[]) {
  return [
    { query: { text: 'why?' }, ranking: rankingWith({ ids: ids.slice(0, texts.length), space: spaceOf(texts) }) },
  ];
}

const growing = ids.map((_, at) => 'x'.repeat(at + 1));

describe('windows', () => {
  it('carry the best passage from the end of the list to its top', async () => {
    const [ranking] = await listwiseReranker(longestFirst, { window: 4, step: 2 }).rerank(candidates(growing));
    expect(ranking?.ids.slice(0, 2)).toEqual(['d11', 'd10']);
  });

  it('cost 1 + (n - window) / step calls, each with the passages of its window', async () => {
    const seen: number[] = [];
    const counting: Generate = async ({ user }) => {
      seen.push(user.match(/^\[\d+\]/gm)?.length ?? 0);
      return '';
    };
    const [ranking] = await listwiseReranker(counting, { window: 4, step: 2 }).rerank(candidates(growing));
    expect(seen).toEqual([4, 4, 4, 4, 4]);
    expect(ranking?.ids).toEqual(ids);
  });
});

it('gives one over the rank', async () => {
  const [ranking] = await listwiseReranker(longestFirst).rerank(candidates(['a', 'bbb', 'cc']));
  expect(ranking?.toDocuments().map(({ id, score }) => [id, score])).toEqual([
    ['d01', 1],
    ['d02', 0.5],
    ['d00', Math.fround(1 / 3)],
  ]);
});

it('shows the question and the first characters of passages, whole ones, on one line each', async () => {
  let shown = '';
  const reading: Generate = async ({ user }) => {
    shown = user;
    return '';
  };
  await listwiseReranker(reading, { maxCharacters: 4 }).rerank(candidates(['a\nbcdef', '😀😀😀😀😀']));
  expect(shown).toContain('Question: why?');
  expect(shown).toContain('[1] a bc\n');
  expect(shown).toContain('[2] 😀😀😀😀\n');
});

it('passes on what the model throws, and asks nothing when the signal has fired', async () => {
  const failing = listwiseReranker(async () => {
    throw new Error('quota');
  });
  await expect(failing.rerank(candidates(['a', 'b']))).rejects.toThrow('quota');
  const untouched = listwiseReranker(() => expect.fail('was asked'));
  const signal = AbortSignal.abort(new Error('gone'));
  await expect(untouched.rerank(candidates(['a', 'b']), { signal })).rejects.toThrow('gone');
});

it('refuses documents without texts, and a step beyond the window', async () => {
  const bare = [{ query: { text: 'q' }, ranking: rankingWith({ ids: ['a'] }) }];
  await expect(listwiseReranker(longestFirst).rerank(bare)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
  expect(() => listwiseReranker(longestFirst, { window: 4, step: 5 })).toThrow(
    expect.objectContaining({ path: 'step' }),
  );
});
