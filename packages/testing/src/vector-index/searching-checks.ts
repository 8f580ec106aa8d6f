import { Bitmap, rowOf, type VectorIndex } from '@sluice/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { exactIndex } from './exact-index.js';
import { expectRight, expectSameNeighbours, neighboursOf, recallOf } from './neighbours.js';
import {
  badNumbers,
  clusteredVectors,
  matrixOf,
  ORDINALS,
  searchCases,
  spoilt,
  type VectorCase,
  vectorCases,
} from './vector-cases.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** What `search` promises. */
export function searchingChecks(subject: VectorIndexSubject): Check[] {
  const { factory, options, tolerance } = subject;
  const filled = ({ shape, ordinals, vectors }: VectorCase): VectorIndex => {
    const index = factory.create(shape);
    index.add(ordinals, vectors);
    return index;
  };
  return [
    {
      name: 'finds the nearest, equal scores by ordinal',
      check: () =>
        forAll(fc.tuple(vectorCases(subject), searchCases), options, ([given, { topK }]) => {
          expectRight(subject, filled(given), given, { topK });
        }),
    },
    {
      name: 'finds the nearest of those that pass the filter',
      check: () =>
        forAll(fc.tuple(vectorCases(subject), searchCases), options, ([given, { topK, allowed = [] }]) => {
          expectRight(subject, filled(given), given, { topK, filter: Bitmap.of(ORDINALS, allowed) });
        }),
    },
    {
      name: 'a filter may be larger than the index, full or empty',
      check: () =>
        forAll(vectorCases(subject), options, (given) => {
          const index = filled(given);
          const full = index.search(given.queries, { topK: 5, filter: Bitmap.full(100_000) });
          expectSameNeighbours(full, index.search(given.queries, { topK: 5 }), tolerance, 'a full filter');
          const none = index.search(given.queries, { topK: 5, filter: new Bitmap(ORDINALS) });
          expect([...none.offsets]).toEqual(Array(given.queries.rows + 1).fill(0));
        }),
    },
    {
      name: 'answers a batch as it answers each query alone',
      check: () =>
        forAll(fc.tuple(vectorCases(subject), searchCases), options, ([given, { topK }]) => {
          const index = filled(given);
          const batch = index.search(given.queries, { topK });
          for (let row = 0; row < given.queries.rows; row++) {
            const alone = index.search(matrixOf([[...rowOf(given.queries, row)]], given.shape.dimensions), { topK });
            const { ordinals, scores } = neighboursOf(batch, row);
            const same = { offsets: Uint32Array.of(0, ordinals.length), ordinals, scores };
            expectSameNeighbours(same, alone, tolerance, `query ${row} of ${given.queries.rows}`);
          }
        }),
    },
    {
      name: 'the first of many are the few',
      check: () =>
        forAll(vectorCases(subject), options, (given) => {
          if (subject.recall !== undefined) return;
          const index = filled(given);
          const many = index.search(given.queries, { topK: 20 });
          const few = index.search(given.queries, { topK: 7 });
          for (let row = 0; row < given.queries.rows; row++) {
            expect([...neighboursOf(few, row).ordinals]).toEqual([...neighboursOf(many, row).ordinals.subarray(0, 7)]);
          }
        }),
    },
    ...refusalChecks(subject),
    ...(subject.recall === undefined ? [] : [recallCheck(subject, subject.recall)]),
  ];
}

function refusalChecks(subject: VectorIndexSubject): Check[] {
  const { factory, options, dimensions: widths, similarities } = subject;
  const dimensions = widths[0] ?? 1;
  const similarity = similarities[0] ?? 'cosine';
  const query = matrixOf([Array(dimensions).fill(1)], dimensions);
  const filled = (): VectorIndex => {
    const index = factory.create({ dimensions, similarity });
    index.add(Uint32Array.of(0), query);
    return index;
  };
  return [
    ...[0, -1, 1.5, Number.NaN].map((topK) => ({
      name: `refuses topK ${topK}`,
      check: () => expectRefusal(() => filled().search(query, { topK }), { code: 'SLUICE_INVALID_OPTIONS' }),
    })),
    ...[0, -0.1, 1.1, Number.NaN].map((recall) => ({
      name: `refuses recall ${recall}`,
      check: () => expectRefusal(() => filled().search(query, { topK: 1, recall }), { code: 'SLUICE_INVALID_OPTIONS' }),
    })),
    {
      name: 'refuses a query of another width',
      check: () => {
        const wide = matrixOf([Array(dimensions + 1).fill(1)], dimensions + 1);
        return expectRefusal(() => filled().search(wide, { topK: 1 }), { code: 'SLUICE_INVALID_INPUT' });
      },
    },
    {
      name: 'refuses a query that is not finite, and a zero query under cosine, with its row',
      check: () =>
        forAll(
          fc.tuple(vectorCases(subject), fc.nat(3), badNumbers),
          options,
          async ([{ shape, queries }, at, bad]) => {
            if (bad === 0 && shape.similarity !== 'cosine') return;
            const row = at % queries.rows;
            const index = factory.create(shape);
            await expectRefusal(() => index.search(spoilt(queries, row, bad), { topK: 1 }), {
              code: 'SLUICE_INVALID_INPUT',
              fields: { row },
            });
          },
        ),
    },
    {
      name: 'leaves the queries as they were',
      check: () =>
        forAll(vectorCases(subject), options, ({ shape, ordinals, vectors, queries }) => {
          const index = factory.create(shape);
          index.add(ordinals, vectors);
          const before = [...queries.data];
          index.search(queries, { topK: 5 });
          expect([...queries.data]).toEqual(before);
        }),
    },
  ];
}

function recallCheck({ factory, similarities, dimensions }: VectorIndexSubject, recall: number): Check {
  return {
    name: `finds ${recall} of the true ten nearest when asked to`,
    check: () => {
      const columns = Math.max(...dimensions);
      const vectors = clusteredVectors(2000, columns, 1);
      const queries = clusteredVectors(100, columns, 2);
      const ordinals = Uint32Array.from({ length: vectors.rows }, (_, row) => row);
      for (const similarity of similarities) {
        const [index, oracle] = [
          factory.create({ dimensions: columns, similarity }),
          exactIndex({ dimensions: columns, similarity }),
        ];
        for (const each of [index, oracle]) each.add(ordinals, vectors);
        const found = recallOf(index.search(queries, { topK: 10, recall }), oracle.search(queries, { topK: 10 }));
        expect(found, `recall@10 of 2,000 vectors, ${similarity}`).toBeGreaterThanOrEqual(recall);
      }
    },
  };
}
