import type { Matrix } from '@sluice/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { exactIndex } from './exact-index.js';
import { expectClose } from './neighbours.js';
import { badNumbers, spoilt, type VectorCase, vectorCases } from './vector-cases.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** What `score` promises. */
export function scoringChecks(subject: VectorIndexSubject): Check[] {
  const { factory, options, tolerance } = subject;
  return [
    {
      name: 'scores chosen vectors exactly, in the order asked for',
      check: () =>
        forAll(chosenVectors(subject), options, ({ shape, ordinals, vectors, queries, offsets, chosen }) => {
          const [index, oracle] = [factory.create(shape), exactIndex(shape)];
          for (const each of [index, oracle]) each.add(ordinals, vectors);
          const scores = index.score(queries, offsets, chosen);
          expect(scores).toHaveLength(chosen.length);
          const truth = oracle.score(queries, offsets, chosen);
          for (const [at, score] of scores.entries()) {
            expectClose(score, truth[at] ?? Number.NaN, tolerance, `ordinal ${chosen[at]}`);
          }
        }),
    },
    {
      name: 'scores as it searches',
      check: () =>
        forAll(vectorCases(subject), options, ({ shape, ordinals, vectors, queries }) => {
          const index = factory.create(shape);
          index.add(ordinals, vectors);
          const found = index.search(queries, { topK: 10 });
          const scores = index.score(queries, found.offsets, found.ordinals);
          for (const [at, score] of scores.entries()) {
            expectClose(score, found.scores[at] ?? Number.NaN, tolerance, `ordinal ${found.ordinals[at]}`);
          }
        }),
    },
    {
      name: 'refuses to score an ordinal that is not there, or was removed',
      check: () =>
        forAll(vectorCases(subject), options, async ({ shape, ordinals, vectors, queries }) => {
          const index = factory.create(shape);
          index.add(ordinals, vectors);
          const [gone = 4000] = ordinals;
          for (const ordinal of ordinals) expect(index.has(ordinal)).toBe(true);
          index.remove(Uint32Array.of(gone));
          expect([gone, 5000].filter((ordinal) => index.has(ordinal))).toEqual([]);
          await expectRefusal(() => index.score(queries, askFirst(queries, 1), Uint32Array.of(gone)), INVALID_INPUT);
          await expectRefusal(() => index.score(queries, askFirst(queries, 1), Uint32Array.of(5000)), INVALID_INPUT);
        }),
    },
    {
      name: 'refuses to score for a query that is not finite, or zero under cosine',
      check: () =>
        forAll(fc.tuple(vectorCases(subject), badNumbers), options, async ([given, bad]) => {
          const { shape, ordinals, vectors, queries } = given;
          if (bad === 0 && shape.similarity !== 'cosine') return;
          const index = factory.create(shape);
          index.add(ordinals, vectors);
          const asked = ordinals.subarray(0, 1);
          const offsets = askFirst(queries, asked.length);
          await expectRefusal(() => index.score(spoilt(queries, 0, bad), offsets, asked), INVALID_INPUT);
        }),
    },
  ];
}

const INVALID_INPUT = { code: 'SLUICE_INVALID_INPUT' };

/** A case, with any of its ordinals to score for each query: in any order, some twice, sometimes none. */
interface ChosenVectors extends VectorCase {
  readonly offsets: Uint32Array;
  readonly chosen: Uint32Array;
}

function chosenVectors(subject: VectorIndexSubject): fc.Arbitrary<ChosenVectors> {
  return vectorCases(subject).chain((given) => {
    const { length } = given.ordinals;
    const positions = length === 0 ? fc.constant<number[]>([]) : fc.array(fc.nat(length - 1), { maxLength: 20 });
    return fc.array(positions, { minLength: given.queries.rows, maxLength: given.queries.rows }).map((lists) => {
      const offsets = new Uint32Array(lists.length + 1);
      for (const [row, list] of lists.entries()) offsets[row + 1] = (offsets[row] ?? 0) + list.length;
      return { ...given, offsets, chosen: Uint32Array.from(lists.flat(), (at) => given.ordinals[at] ?? 0) };
    });
  });
}

/** Offsets that ask the first query for `count` ordinals and the others for none. */
function askFirst({ rows }: Matrix, count: number): Uint32Array {
  return new Uint32Array(rows + 1).fill(count, 1);
}
