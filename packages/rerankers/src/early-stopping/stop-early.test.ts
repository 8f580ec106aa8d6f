import { type Candidates, idSpace, logitScale, Ranking, type Reranker, rankByScore, rerank } from '@sluice/core';
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

describe('when the time is spent', () => {
  /** A reranker that takes `costMs` for each block on a clock of its own. */
  function timed(truth: Float32Array, costMs: number) {
    let time = 1000;
    const inner = knowing(truth);
    const reranker: Reranker = {
      ...inner,
      rerank: (...call) => {
        time += costMs;
        return inner.rerank(...call);
      },
    };
    return { reranker, read: inner.read, now: () => time };
  }

  it.each([
    { budgetMs: 0, read: 8 },
    { budgetMs: 19, read: 8 },
    { budgetMs: 20, read: 16 },
    { budgetMs: 35, read: 24 },
    { budgetMs: 10_000, read: 100 },
  ])('$budgetMs ms are enough for $read candidates in blocks of 8, 10 ms each', async ({ budgetMs, read }) => {
    const { candidates, truth } = noisyList(1, 2);
    const { reranker, now, read: found } = timed(truth, 10);
    await stopEarly(reranker, { budgetMs, now }).rerank([candidates]);
    expect(found()).toBe(read);
  });

  it('has the sum of all queries for a call', async () => {
    const { candidates, truth } = noisyList(1, 2);
    const { reranker, now, read } = timed(truth, 10);
    await stopEarly(reranker, { budgetMs: 10, now }).rerank([candidates, candidates]);
    expect(read()).toBe(2 * 16);
  });

  it('loses no candidate: those without a new score stand below, in their earlier order', async () => {
    const { candidates, truth } = noisyList(1, 2);
    const { reranker, now } = timed(truth, 10);
    const [answer] = await stopEarly(reranker, { budgetMs: 20, now }).rerank([candidates]);
    const given = candidates.ranking;
    expect(answer?.length).toBe(100);
    expect(answer?.ids.slice(16)).toEqual(given.ids.slice(16));
    expect(answer?.ids.slice(0, 16).toSorted()).toEqual(given.ids.slice(0, 16).toSorted());
    const scores = [...(answer?.scores ?? [])];
    for (const [at, score] of scores.slice(1).entries()) expect(score).toBeLessThanOrEqual(scores[at] ?? Number.NaN);
    expect(new Set(scores.slice(15)).size).toBe(85);
    const own = answer?.sources.knowing;
    expect([...(own?.scores ?? [])].filter(Number.isNaN)).toHaveLength(84);
    expect(own?.ranks[15]).toBe(16);
    expect(own?.ranks[16]).toBe(0);
    const [cut] = await stopEarly(reranker, { budgetMs: 20, now }).rerank([candidates], { topK: 30 });
    expect(cut?.ids).toEqual(answer?.ids.slice(0, 30));
  });

  it('does so within a scale whose end is reached', async () => {
    const { candidates } = noisyList(1, 2);
    const { reranker, now } = timed(new Float32Array(100), 10);
    const scale = { name: 'relevance', minimum: 0, maximum: 1 };
    const bounded = { ...reranker, scale };
    const [answer] = await stopEarly(bounded, { budgetMs: 0, now }).rerank([candidates]);
    expect(answer?.length).toBe(100);
    expect(Math.min(...(answer?.scores ?? []))).toBe(0);
    // Their ids would put them the other way round.
    const ids = Array.from({ length: 100 }, (_, at) => `d${String(99 - at).padStart(3, '0')}`);
    const { ordinals, scores } = candidates.ranking;
    const reversed = new Ranking({ space: idSpace(ids), ordinals, scores, scale: logitScale });
    const [kept] = await stopEarly(bounded, { budgetMs: 0, now }).rerank([{ ...candidates, ranking: reversed }]);
    expect(kept?.ids.slice(8)).toEqual(ids.slice(8));
  });
});

it('says how far it is, over all queries', async () => {
  const { candidates, truth } = noisyList(1, 2);
  const seen: string[] = [];
  await stopEarly(knowing(truth), { block: 40 }).rerank([candidates, candidates], {
    onProgress: ({ done, total }) => seen.push(`${done}/${total}`),
  });
  expect(seen).toEqual(['80/200', '160/200', '200/200']);
});

it('keeps what the reranker says besides its scores', async () => {
  const { candidates, truth } = noisyList(1, 2);
  const inner = knowing(truth);
  const talking: Reranker = {
    ...inner,
    rerank: async (...call) =>
      (await inner.rerank(...call)).map((ranking) => {
        const { scores, ranks } = ranking.asColumn();
        return ranking.withSource('doubled', { scale: logitScale, scores: scores.map((score) => 2 * score), ranks });
      }),
  };
  const [answer] = await stopEarly(talking, { block: 30 }).rerank([candidates]);
  expect([...(answer?.sources.doubled?.scores ?? [])]).toEqual([...(answer?.scores ?? [])].map((score) => 2 * score));
});

it('is printed and written down in a pipeline', () => {
  const inner: Reranker = { ...knowing(new Float32Array(0)), toSpec: () => ({ type: 'knowing' }) };
  const stage = rerank(stopEarly(inner, { budgetMs: 150 }), { depth: 50, topK: 10 });
  expect(stage.step).toBe('rerank(stopEarly(knowing, confidence: 0.95, budgetMs: 150), depth: 50, topK: 10)');
  const by = { type: 'stop-early', by: { type: 'knowing' }, confidence: 0.95, block: 8, budgetMs: 150 };
  expect(stage.toSpec?.()).toEqual({ type: 'rerank', by, depth: 50, topK: 10 });
  expect(stopEarly(knowing(new Float32Array(0))).toSpec).toBeUndefined();
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
