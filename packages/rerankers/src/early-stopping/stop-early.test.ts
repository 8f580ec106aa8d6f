import { type Candidates, idSpace, logitScale, Ranking, type Reranker, rankByScore } from '@sluice/core';
import { columnReranker, seededNormal, testReranker } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { stopEarly } from './stop-early.js';

testReranker('stopEarly', () => stopEarly(columnReranker()), {
  skip: [
    {
      test: 'answers the first topK of what it answers without',
      because: 'it may stop before the end, and then has the first topK with the asked probability',
    },
  ],
});

/** Scores a document by `truth`, and counts. */
function knowing(truth: Float32Array): Reranker & { readonly read: () => number; readonly calls: () => number } {
  let [read, calls] = [0, 0];
  return {
    name: 'knowing',
    scale: logitScale,
    requires: [],
    read: () => read,
    calls: () => calls,
    async rerank(candidates) {
      calls++;
      return candidates.map(({ ranking: { space, ordinals } }) => {
        read += ordinals.length;
        const scores = Float32Array.from(ordinals, (ordinal) => truth[ordinal] ?? 0);
        const ordered = rankByScore({ space, ordinals, scores, scale: logitScale });
        return ordered.withSource('knowing', ordered.asColumn());
      });
    },
  };
}

function normals(seed: number, count: number): Float32Array {
  const draw = seededNormal(seed);
  return Float32Array.from({ length: count }, draw);
}

/** A list of 100 whose former scores agree with `truth` up to noise. */
function noisyList(seed: number, noise: number): { candidates: Candidates; truth: Float32Array } {
  const size = 100;
  const given = normals(seed, size).sort().reverse();
  const space = idSpace(Array.from(given, (_, at) => `d${String(at).padStart(3, '0')}`));
  const blur = normals(seed + 10_000, size);
  const truth = given.map((score, at) => 2 * score + noise * (blur[at] ?? 0));
  const ordinals = Uint32Array.from(given, (_, at) => at);
  return {
    candidates: { query: { text: 'q' }, ranking: new Ranking({ space, ordinals, scores: given, scale: logitScale }) },
    truth,
  };
}

async function outcome(noise: number, confidence: number): Promise<{ right: number; read: number }> {
  let [right, read] = [0, 0];
  const trials = 400;
  for (let seed = 1; seed <= trials; seed++) {
    const { candidates, truth } = noisyList(seed, noise);
    const reranker = knowing(truth);
    const [whole] = await reranker.rerank([candidates]);
    const early = knowing(truth);
    const [answer] = await stopEarly(early, { confidence }).rerank([candidates], { topK: 5 });
    right += Number(answer?.ids.join() === whole?.take(5).ids.join()) / trials;
    read += early.read() / trials;
  }
  return { right, read };
}

describe('on lists whose former scores agree up to noise', () => {
  it.each([
    { noise: 0.5, confidence: 0.9 },
    { noise: 0.5, confidence: 0.99 },
    { noise: 2, confidence: 0.9 },
  ])(
    'noise $noise: the first five are those of a full run as often as asked, $confidence',
    async ({ noise, confidence }) => {
      const { right } = await outcome(noise, confidence);
      // Three standard errors of 400 trials.
      expect(right).toBeGreaterThan(confidence - 3 * Math.sqrt((confidence * (1 - confidence)) / 400));
    },
  );

  it('reads less the better they agree, and the more may be missed', async () => {
    const [sharp, blurred] = [await outcome(0.5, 0.9), await outcome(2, 0.9)];
    expect(sharp.read).toBeLessThan(50);
    expect(blurred.read).toBeGreaterThan(sharp.read);
    expect((await outcome(0.5, 0.99)).read).toBeGreaterThan(sharp.read);
  });
});

it('reads a list to its end when its order says nothing', async () => {
  const { candidates } = noisyList(3, 1);
  const reranker = knowing(normals(99, 100));
  await stopEarly(reranker, { confidence: 0.999 }).rerank([candidates], { topK: 50 });
  expect(reranker.read()).toBe(100);
});

it('begins no block when the time is spent, and always ranks the first', async () => {
  const { candidates, truth } = noisyList(1, 2);
  const times = [0, 10, 30];
  const reranker = knowing(truth);
  const answer = await stopEarly(reranker, { budgetMs: 25, now: () => times.shift() ?? 99 }).rerank([candidates], {
    topK: 12,
  });
  expect(reranker.read()).toBe(20);
  expect(answer[0]?.length).toBe(12);
  const none = knowing(truth);
  const [first] = await stopEarly(none, { budgetMs: 0 }).rerank([candidates], { topK: 3 });
  expect(none.read()).toBe(8);
  expect(first?.length).toBe(3);
});

it('gives blocks of all queries to the reranker together', async () => {
  const one = noisyList(1, 2);
  const reranker = knowing(one.truth);
  const answers = await stopEarly(reranker, { block: 50 }).rerank([one.candidates, one.candidates], { topK: 5 });
  expect(reranker.calls()).toBeLessThanOrEqual(2);
  expect(answers[0]?.ids).toEqual(answers[1]?.ids);
});

it('says which reranker lost a candidate', async () => {
  const { candidates, truth } = noisyList(1, 2);
  const losing: Reranker = {
    ...knowing(truth),
    name: 'losing',
    rerank: async (all) => all.map(({ ranking }) => ranking.take(1)),
  };
  const promise = stopEarly(losing).rerank([candidates], { topK: 5 });
  await expect(promise).rejects.toMatchObject({ code: 'SLUICE_BROKEN_CONTRACT', component: 'losing' });
});
