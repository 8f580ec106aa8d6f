import {
  Bitmap,
  type DocumentSpace,
  type Filter,
  filterBitmap,
  idSpace,
  logitScale,
  type Matrix,
  metadataColumnsOf,
  Ranking,
  type Retriever,
  rowOf,
} from '@sluice/core';
import { expectRefusal, forAll, scoringRetriever, testRetriever } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptiveAnncur } from './adaptive-anncur.js';
import { anncur } from './anncur.js';
import { fitAnchorMap } from './fit-anchor-map.js';
import type { ItemScorer } from './item-scorer.js';
import { randomAnchors } from './random-anchors.js';
import { type ScoreModel, scoreModel, splitRows } from './score-matrices.fixture.js';
import { scoreMatrix } from './score-matrix.js';

type Documents = Parameters<Parameters<typeof testRetriever>[1]>[0];

/** Shared words, less a little for the others: no two texts of the corpora that differ score alike by accident. */
function overlap(query: string, text: string): number {
  const [asked, words] = [new Set(query.split(' ')), text.split(' ')];
  return words.filter((word) => asked.has(word)).length - words.length / 64;
}

function searchOver(documents: Documents) {
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  const score: ItemScorer = async (queries, ordinals, { signal } = {}) => {
    await Promise.resolve();
    signal?.throwIfAborted();
    return queries.map(({ text }, at) =>
      Float32Array.from(ordinals[at] ?? [], (ordinal) => overlap(text, documents[ordinal]?.text ?? '')),
    );
  };
  return {
    score,
    scale: logitScale,
    space: idSpace(documents.map(({ id }) => id)),
    bitmapOf: (filter: Parameters<typeof filterBitmap>[0]) => filterBitmap(filter, columns),
  };
}

const anchorQueries = ['amber delta', 'ember fjord island', 'the moon', 'honig', 'juniper'].map((text) => ({ text }));
const oracle = (documents: Documents): Retriever =>
  scoringRetriever(documents, { scale: logitScale, score: (query, { text }) => overlap(query, text) });

async function fixedOver(documents: Documents): Promise<Retriever> {
  const search = searchOver(documents);
  const scores = await scoreMatrix(search.score, anchorQueries, documents.length);
  const map = await fitAnchorMap({ scores, anchors: randomAnchors(documents.length, 4, 1) });
  return anncur({ ...search, map, calls: Math.max(4, documents.length) });
}

async function adaptiveOver(documents: Documents): Promise<Retriever> {
  const search = searchOver(documents);
  return adaptiveAnncur({ ...search, scores: await scoreMatrix(search.score, anchorQueries, documents.length) });
}

// With calls for every item: nothing may differ from scoring them all.
testRetriever('anncur', fixedOver, { oracle });
testRetriever('adaptiveAnncur', adaptiveOver, { oracle });

/** A made-up scorer: query `7` is row 7 of its matrix. Counts its calls. */
function matrixScorer(scores: Matrix): { score: ItemScorer; calls: () => number; space: DocumentSpace } {
  let calls = 0;
  return {
    calls: () => calls,
    space: idSpace(Array.from({ length: scores.columns }, (_, at) => `item-${String(at).padStart(4, '0')}`)),
    async score(queries, ordinals) {
      return queries.map(({ text }, at) => {
        calls += ordinals[at]?.length ?? 0;
        return Float32Array.from(ordinals[at] ?? [], (ordinal) => rowOf(scores, Number(text))[ordinal] ?? 0);
      });
    },
  };
}

interface Outcome {
  /** Of the true best `depth`, the share that was found. */
  readonly recall: number;
  readonly callsEach: number;
}

async function outcome(retriever: Retriever, asked: Matrix, calls: () => number, depth: number): Promise<Outcome> {
  const before = calls();
  const queries = Array.from({ length: asked.rows }, (_, row) => ({ text: String(row) }));
  const rankings = await retriever.retrieve(queries, { topK: depth });
  let hits = 0;
  for (const [row, ranking] of rankings.entries()) {
    const truth = rowOf(asked, row);
    const best = [...truth.keys()].sort((a, b) => (truth[b] ?? 0) - (truth[a] ?? 0)).slice(0, depth);
    hits += best.filter((ordinal) => ranking.ordinals.includes(ordinal)).length;
  }
  return { recall: hits / (depth * asked.rows), callsEach: (calls() - before) / asked.rows };
}

async function compared(model: ScoreModel, budget: number, depth: number) {
  const { fitted, asked } = splitRows(scoreModel(model), model.queries - 40);
  const { score, calls, space } = matrixScorer(asked);
  const map = await fitAnchorMap({ scores: fitted, anchors: randomAnchors(model.items, budget / 2, 3) });
  const search = { score, space, scale: logitScale };
  const fixed = anncur({ ...search, map, calls: budget });
  const adaptive = adaptiveAnncur({ ...search, scores: fitted, calls: budget });
  return {
    fixed: await outcome(fixed, asked, calls, depth),
    adaptive: await outcome(adaptive, asked, calls, depth),
  };
}

describe('with few calls', () => {
  const model: ScoreModel = { queries: 240, items: 400, rank: 10, noise: 0, seed: 4 };

  it('both find the best of a scorer with few hidden numbers, exactly', async () => {
    const { fixed, adaptive } = await compared(model, 60, 10);
    expect(fixed).toEqual({ recall: 1, callsEach: 60 });
    expect(adaptive).toEqual({ recall: 1, callsEach: 60 });
  });

  it('choosing anchors by query finds more of the very best of a noisy one, at equal calls', async () => {
    const noisy = { ...model, rank: 40, noise: 1 };
    const { fixed, adaptive } = await compared(noisy, 40, 1);
    expect(adaptive.callsEach).toBe(fixed.callsEach);
    expect(adaptive.recall).toBeGreaterThan(fixed.recall + 0.1);
    // Forty of 400 at random find .1.
    expect(fixed.recall).toBeGreaterThan(0.2);
  });

  it('never has more scored than was asked, nor an item twice', async () => {
    const cases = fc.record({
      calls: fc.integer({ min: 1, max: 30 }),
      rounds: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(),
    });
    await forAll(cases, {}, async ({ calls, rounds, seed }) => {
      const { fitted, asked } = splitRows(scoreModel({ queries: 12, items: 25, rank: 3, noise: 0.2, seed }), 10);
      const seen: number[][] = [[], []];
      const { score, space } = matrixScorer(asked);
      const watched: ItemScorer = (queries, ordinals, options) => {
        for (const [at, list] of ordinals.entries()) seen[at]?.push(...list);
        return score(queries, ordinals, options);
      };
      const retriever = adaptiveAnncur({
        ...{ score: watched, space, scale: logitScale, scores: fitted },
        ...{ calls, rounds, seed },
      });
      const rankings = await retriever.retrieve([{ text: '0' }, { text: '1' }], { topK: 100 });
      for (const [at, list] of seen.entries()) {
        expect(list).toHaveLength(Math.min(calls, 25));
        expect(new Set(list).size).toBe(list.length);
        expect(rankings[at]?.length).toBe(list.length);
      }
    });
  });

  it('begins with the best of a cheap source', async () => {
    const { fitted, asked } = splitRows(scoreModel(model), 200);
    const { score, space } = matrixScorer(asked);
    const cheap = scoringRetriever(
      Array.from({ length: space.size }, (_, at) => ({ id: space.idOf(at), text: '' })),
      { score: (_, { id }) => Number(id.slice(-4)) },
    );
    const sameSpace: Retriever = {
      ...cheap,
      retrieve: async (queries, options) => {
        const rankings = await cheap.retrieve(queries, options);
        return rankings.map(({ ordinals, scores, scale }) => new Ranking({ space, ordinals, scores, scale }));
      },
    };
    const retriever = adaptiveAnncur({
      ...{ score, space, scale: logitScale, scores: fitted },
      ...{ start: sameSpace, calls: 5, rounds: 1 },
    });
    const [ranking] = await retriever.retrieve([{ text: '0' }], { topK: 5 });
    expect([...(ranking?.ordinals ?? [])].sort((a, b) => a - b)).toEqual([395, 396, 397, 398, 399]);
  });
});

it('asks the cheap source with the filter of the search, and refuses items of another space', async () => {
  const { fitted, asked } = splitRows(scoreModel({ queries: 20, items: 30, rank: 3, noise: 0, seed: 1 }), 10);
  const { score, space } = matrixScorer(asked);
  const filters: unknown[] = [];
  const startIn = (itsSpace: DocumentSpace): Retriever => ({
    name: 'cheap',
    scale: logitScale,
    retrieve: async (queries, { filter }) => {
      filters.push(filter);
      const [ordinals, scores] = [Uint32Array.of(7, 8), Float32Array.of(2, 1)];
      return queries.map(() => new Ranking({ space: itsSpace, ordinals, scores, scale: logitScale }));
    },
  });
  const passes = new Bitmap(30);
  for (const ordinal of [7, 8, 9]) passes.add(ordinal);
  const search = { score, space, scale: logitScale, scores: fitted, calls: 2, rounds: 1, bitmapOf: () => passes };
  const filter: Filter = { eq: ['language', 'de'] };
  const retriever = adaptiveAnncur({ ...search, start: startIn(space) });
  const [ranking] = await retriever.retrieve([{ text: '0' }], { topK: 5, filter });
  expect(filters).toEqual([filter]);
  expect([...(ranking?.ordinals ?? [])].toSorted()).toEqual([7, 8]);
  const foreign = adaptiveAnncur({ ...search, start: startIn(idSpace(['a'])) });
  await expectRefusal(() => foreign.retrieve([{ text: '0' }], { topK: 5 }), { code: 'SLUICE_SPACE_MISMATCH' });
});

it('refuses a map of another number of items, and fewer calls than anchors', async () => {
  const scores = scoreModel({ queries: 9, items: 12, rank: 2, noise: 0, seed: 1 });
  const { score, space } = matrixScorer(scores);
  const map = await fitAnchorMap({ scores, anchors: randomAnchors(12, 4, 1) });
  const search = { score, scale: logitScale };
  const refusal = { code: 'SLUICE_INVALID_OPTIONS' } as const;
  await expectRefusal(() => anncur({ ...search, map, space: idSpace(['a']) }), refusal);
  await expectRefusal(() => anncur({ ...search, map, space, calls: 3 }), refusal);
  await expectRefusal(() => adaptiveAnncur({ ...search, scores, space: idSpace(['a']) }), refusal);
});
