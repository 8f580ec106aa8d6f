import { fuse, pipeline, type Ranking, type Retriever, relevance, rerank } from '@sluice/core';
import { evaluateRankings, Qrels } from '@sluice/evaluation';
import {
  beta,
  type Calibrator,
  calibrate,
  fitKnnFilter,
  isotonic,
  knnFilterToJson,
  listAdapter,
  platt,
  pretrainedListAdapter,
  temperature,
} from '@sluice/rerankers';
import { linear, rrf } from '@sluice/retrievers';
import { columnReranker } from '@sluice/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from './collection.js';
import { opened } from './indexed.fixture.js';

const WORDS = 'gate river water stone lock barge canal weir pump valve flood dam'.split(' ');
const documents = Array.from({ length: 60 }, (_, at) => ({
  id: `d${at}`,
  text: [1, 2, 3, 5, 7].map((step) => WORDS[(at * step + step) % WORDS.length]).join(' '),
}));
const queries = WORDS.map((word, at) => ({ id: `q${at}`, text: `${word} ${WORDS[(at + 5) % WORDS.length]}` }));

let collection: Collection;
let dense: Retriever;
beforeAll(async () => {
  collection = await opened(documents);
  dense = collection.sources.dense ?? expect.fail('it has vectors');
});
afterAll(() => collection.close());

it('completes only the dense scores that candidates lack after fusion', async () => {
  const scored: string[] = [];
  const counting: Retriever = {
    name: dense.name,
    scale: dense.scale,
    retrieve: (...call) => dense.retrieve(...call),
    async score(asked, rankings, options) {
      for (const [at, { ids }] of rankings.entries()) scored.push(...ids.map((id) => `${asked[at]?.text}: ${id}`));
      return (await dense.score?.(asked, rankings, options)) ?? [];
    },
  };
  const { bm25 } = collection.sources;
  const fused = fuse([bm25, counting], rrf(), { depth: 8 });
  const filter = listAdapter(pretrainedListAdapter(), { threshold: -1e9 });
  const answers = await pipeline(fused, relevance(filter)).retrieve(queries, { topK: 100 });
  // What the dense source found itself has a rank in its list; the rest, and nothing else, had to be scored.
  const missing = answers.flatMap(({ ids, sources }, at) =>
    ids.filter((_, position) => sources.dense?.ranks[position] === 0).map((id) => `${queries[at]?.text}: ${id}`),
  );
  expect(missing.length).toBeGreaterThan(0);
  expect(missing.length).toBeLessThan(answers.reduce((sum, { length }) => sum + length, 0));
  expect(scored.toSorted()).toEqual(missing.toSorted());
});

it('reads a knnFilter that is written down, and gives it the scores that it needs', async () => {
  const rankings = await dense.retrieve(queries, { topK: 20 });
  const lists = rankings.map(({ ids, scores }, at) => {
    const words = queries[at]?.text.split(' ') ?? [];
    const texts = ids.map((id) => documents.find((document) => document.id === id)?.text ?? '');
    const labels = Uint8Array.from(texts, (text) => Number(words.every((word) => text.includes(word))));
    return { dense: scores, labels };
  });
  const model = knnFilterToJson(await fitKnnFilter(lists));
  const by = { type: 'knnFilter', model, confidence: 0.6 };
  const spec = { type: 'pipeline', stages: [{ type: 'hybrid' }, { type: 'relevance', by, depth: 20 }] };
  const written = collection.pipeline(spec);
  expect(collection.pipeline(written.toSpec()).toSpec()).toEqual(written.toSpec());
  const [all, kept] = [
    await collection.pipeline('hybrid').retrieve(queries, { topK: 20 }),
    await written.retrieve(queries, { topK: 20 }),
  ];
  for (const [at, { ids, sources }] of kept.entries()) {
    expect(all[at]?.ids.filter((id) => ids.includes(id))).toEqual(ids);
    expect(sources['knn-confidence']?.scores.every((accuracy) => accuracy >= 0 && accuracy <= 1)).toBe(true);
  }
  const size = (answers: readonly Ranking[]) => answers.reduce((sum, { length }) => sum + length, 0);
  expect(size(kept)).toBeLessThan(size(all));
});

describe('a probability', () => {
  const likely = platt({ slope: 3, intercept: -1 });

  it('is what final scores are called with a calibrator behind them, and only then', async () => {
    const { bm25 } = collection.sources;
    const calibrated = pipeline(dense, calibrate(likely));
    const fused = fuse([bm25, calibrated], linear(), { depth: 20 });
    expect(calibrated.scale.name).toBe('probability');
    expect(fused.scale.name).toBe('fusion');
    expect(pipeline(fused, calibrate(likely)).scale.name).toBe('probability');
    for (const retriever of [bm25, dense, collection.pipeline('hybrid')]) {
      expect(retriever.scale.name).not.toBe('probability');
    }
  });

  it('survives fusion: the column is there with the values that the calibrator gave', async () => {
    const { bm25 } = collection.sources;
    const calibrated = pipeline(dense, calibrate(likely));
    const [alone] = await calibrated.retrieve(queries.slice(0, 1), { topK: 20 });
    const fused = pipeline(fuse([bm25, calibrated], rrf(), { depth: 20 }));
    const [answer] = await fused.retrieve(queries.slice(0, 1), { topK: 40 });
    const given = valuesOf(alone);
    const kept = valuesOf(answer);
    const both = [...kept].filter(([, value]) => !Number.isNaN(value));
    expect(both).toHaveLength(20);
    for (const [id, value] of both) expect(value).toBe(given.get(id));
  });

  it('survives reranking, whose scores are on a scale of their own', async () => {
    const calibrated = pipeline(dense, calibrate(likely));
    const [before] = await calibrated.retrieve(queries.slice(0, 1), { topK: 10 });
    const reranked = pipeline(calibrated, rerank(columnReranker('dense'), { depth: 10 }));
    const [after] = await reranked.retrieve(queries.slice(0, 1), { topK: 10 });
    expect(reranked.scale.name).not.toBe('probability');
    expect([...valuesOf(after)].toSorted()).toEqual([...valuesOf(before)].toSorted());
  });
});

describe.each<[string, Calibrator]>([
  ['platt', platt({ slope: 2, intercept: -1 })],
  ['temperature', temperature(0.3)],
  ['beta', beta({ a: 1.5, b: 0.4, c: -0.2 })],
  ['isotonic', isotonic({ scores: [0, 0.2, 0.5], probabilities: [0.1, 0.1, 0.7] })],
])('%s', (_, calibrator) => {
  it('leaves ranking measures as they are, to the last digit', async () => {
    const grades = queries.map(({ id, text }) => {
      const wanted = documents.filter((document) => text.split(' ').some((word) => document.text.includes(word)));
      return [id, Object.fromEntries(wanted.slice(0, 9).map((document, at) => [document.id, 1 + (at % 3)]))] as const;
    });
    const qrels = Qrels.of(Object.fromEntries(grades));
    const plain = await dense.retrieve(queries, { topK: 30 });
    const calibrated = await pipeline(dense, calibrate(calibrator)).retrieve(queries, { topK: 30 });
    for (const measure of ['nDCG@10', 'RR@10', 'AP', 'R@20', 'P@5']) {
      expect(evaluateRankings(qrels, calibrated, queries, measure)).toEqual(
        evaluateRankings(qrels, plain, queries, measure),
      );
    }
  });
});

function valuesOf(ranking: Ranking | undefined): Map<string, number> {
  const scores = ranking?.sources.probability?.scores ?? new Float32Array(0);
  return new Map((ranking?.ids ?? []).map((id, at) => [id, scores[at] ?? Number.NaN]));
}
