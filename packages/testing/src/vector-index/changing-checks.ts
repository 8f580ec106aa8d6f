import { type Matrix, rowOf, type VectorIndex } from '@sluice/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { exactIndex, type VectorIndexShape } from './exact-index.js';
import { expectNearest, expectRight, expectSameNeighbours, expectSound } from './neighbours.js';
import {
  badNumbers,
  type Entries,
  entriesOf,
  matrices,
  matrixOf,
  ORDINALS,
  shapes,
  spoilt,
  type VectorCase,
  vectorCases,
} from './vector-cases.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** What `add` and `remove` promise. */
export function changingChecks(subject: VectorIndexSubject): Check[] {
  const { factory, options } = subject;
  return [
    {
      name: 'starts empty, with the shape it was given',
      check: () =>
        forAll(shapes(subject), options, (shape) => {
          const { dimensions, similarity, size } = factory.create(shape);
          expect({ dimensions, similarity, size }).toEqual({ ...shape, size: 0 });
        }),
    },
    {
      name: 'counts the vectors that can be found, and the bytes that they take',
      check: () =>
        forAll(vectorCases(subject), options, ({ shape, ordinals, vectors }) => {
          const index = factory.create(shape);
          index.add(ordinals, vectors);
          expect(index.size).toBe(ordinals.length);
          expect(Number.isSafeInteger(index.bytes), `${index.bytes} is a number of bytes`).toBe(true);
          expect(index.bytes).toBeGreaterThanOrEqual(ordinals.length);
        }),
    },
    addsAfterSearch(subject),
    {
      name: 'gives an ordinal that is there the new vector',
      check: () =>
        forAll(vectorCases(subject), options, (given) => {
          const index = factory.create(given.shape);
          index.add(given.ordinals, reversed(given.vectors));
          index.add(given.ordinals, given.vectors);
          expect(index.size).toBe(given.ordinals.length);
          expectRight(subject, index, given, { topK: 50 });
        }),
    },
    {
      name: 'removes what is there, ignores what is not, and says how many went',
      check: () =>
        forAll(fc.tuple(vectorCases(subject), someOrdinals), options, ([given, gone]) => {
          const index = factory.create(given.shape);
          index.add(given.ordinals, given.vectors);
          const there = [...given.ordinals].filter((ordinal) => gone.includes(ordinal));
          expect(index.remove(gone)).toBe(there.length);
          expect(index.remove(gone), 'the second time').toBe(0);
          expect(index.size).toBe(given.ordinals.length - there.length);
          const found = new Set(index.search(given.queries, { topK: 60 }).ordinals);
          expect(
            there.filter((ordinal) => found.has(ordinal)),
            'removed and found',
          ).toEqual([]);
        }),
    },
    changesLikeBruteForce(subject),
    copiesOnAdd(subject),
    ...refusedAdditions(subject),
  ];
}

function addsAfterSearch(subject: VectorIndexSubject): Check {
  return {
    name: 'adds after the first search',
    check: () =>
      forAll(fc.tuple(vectorCases(subject), fc.nat(40)), subject.options, ([given, cut]) => {
        const { shape, ordinals, vectors, queries } = given;
        const index = subject.factory.create(shape);
        index.add(ordinals.subarray(0, cut), rowsOf(vectors, 0, cut));
        index.search(queries, { topK: 3 });
        index.add(ordinals.subarray(cut), rowsOf(vectors, cut, vectors.rows));
        expectRight(subject, index, given, { topK: 10 });
      }),
  };
}

/** One change to an index. */
type Change = { readonly add: Entries } | { readonly remove: Uint32Array };

const someOrdinals: fc.Arbitrary<Uint32Array> = fc
  .uniqueArray(fc.nat(ORDINALS - 1), { maxLength: 100 })
  .map((ordinals) => Uint32Array.from(ordinals));

function changesLikeBruteForce(subject: VectorIndexSubject): Check {
  const changesOf = (shape: VectorIndexShape): fc.Arbitrary<Change[]> =>
    fc.array(
      fc.oneof(
        entriesOf(shape).map((add) => ({ add })),
        someOrdinals.map((remove) => ({ remove })),
      ),
      {
        maxLength: 12,
      },
    );
  const cases = shapes(subject).chain((shape) => fc.tuple(fc.constant(shape), changesOf(shape), matrices(shape, 1, 3)));
  return {
    name: 'stays equal to brute force through any additions and removals',
    check: () =>
      forAll(cases, subject.options, ([shape, changes, queries]) => {
        const [index, oracle] = [subject.factory.create(shape), exactIndex(shape)];
        for (const change of changes) {
          for (const each of [index, oracle]) applyTo(each, change);
          expect(index.size).toBe(oracle.size);
          const question = { queries, topK: 10, oracle, tolerance: subject.tolerance };
          const found = index.search(queries, { topK: 10 });
          if (subject.recall === undefined) expectNearest(found, question);
          else expectSound(found, question);
        }
      }),
  };
}

function copiesOnAdd(subject: VectorIndexSubject): Check {
  return {
    name: 'copies what is added, and leaves the arrays as they were',
    check: () =>
      forAll(vectorCases(subject), subject.options, ({ shape, ordinals, vectors, queries }) => {
        const index = subject.factory.create(shape);
        const [given, numbers] = [ordinals.slice(), { ...vectors, data: vectors.data.slice() }];
        index.add(given, numbers);
        expect([...given], 'ordinals').toEqual([...ordinals]);
        expect([...numbers.data], 'vectors').toEqual([...vectors.data]);
        const before = index.search(queries, { topK: 10 });
        given.fill(0);
        numbers.data.fill(7);
        expectSameNeighbours(
          index.search(queries, { topK: 10 }),
          before,
          subject.tolerance,
          'after the arrays were reused',
        );
      }),
  };
}

function refusedAdditions(subject: VectorIndexSubject): Check[] {
  const { options } = subject;
  const refusals = (
    name: string,
    spoil: (added: Entries, row: number, bad: number) => Entries,
    fields: (row: number, bad: number) => Record<string, unknown>,
  ): Check => ({
    name: `refuses ${name}, and adds nothing of that call`,
    check: () =>
      forAll(refusalCases(subject), options, async ([{ shape, ordinals, vectors, queries }, added, at, bad]) => {
        if (added.ordinals.length === 0 || (bad === 0 && shape.similarity !== 'cosine')) return;
        const index = subject.factory.create(shape);
        index.add(ordinals, vectors);
        const before = index.search(queries, { topK: 50 });
        const row = at % added.ordinals.length;
        const wrong = spoil(added, row, bad);
        const code = 'SLUICE_INVALID_INPUT';
        await expectRefusal(() => index.add(wrong.ordinals, wrong.vectors), { code, fields: fields(row, bad) });
        expect(index.size, 'size after the refusal').toBe(ordinals.length);
        const after = index.search(queries, { topK: 50 });
        expectSameNeighbours(after, before, subject.tolerance, 'after the refusal');
      }),
  });
  return [
    refusals(
      'a row that is not finite, or zero under cosine, with its number',
      ({ ordinals, vectors }, row, bad) => ({ ordinals, vectors: spoilt(vectors, row, bad) }),
      (row) => ({ row }),
    ),
    refusals('the same ordinal twice in one call', withFirstRowTwice, () => ({})),
    refusals(
      'vectors of another width',
      ({ ordinals, vectors: { rows, columns } }) => ({
        ordinals,
        vectors: { data: new Float32Array(rows * (columns + 1)).fill(1), rows, columns: columns + 1 },
      }),
      () => ({}),
    ),
    refusals(
      'another number of ordinals than rows',
      ({ ordinals, vectors }) => ({ ordinals: ordinals.subarray(1), vectors }),
      () => ({}),
    ),
  ];
}

function refusalCases(subject: VectorIndexSubject): fc.Arbitrary<[VectorCase, Entries, number, number]> {
  return vectorCases(subject).chain((given) =>
    fc.tuple(fc.constant(given), entriesOf(given.shape), fc.nat(39), badNumbers),
  );
}

function withFirstRowTwice({ ordinals, vectors: { data, rows, columns } }: Entries): Entries {
  return {
    ordinals: Uint32Array.of(...ordinals, ordinals[0] ?? 0),
    vectors: { data: Float32Array.of(...data, ...data.subarray(0, columns)), rows: rows + 1, columns },
  };
}

function applyTo(index: VectorIndex, change: Change): void {
  if ('add' in change) index.add(change.add.ordinals, change.add.vectors);
  else index.remove(change.remove);
}

/** Rows `start` to `end - 1`, as a view. */
function rowsOf({ data, columns, rows }: Matrix, start: number, end: number): Matrix {
  const [from, to] = [Math.min(start, rows), Math.min(end, rows)];
  return { data: data.subarray(from * columns, to * columns), rows: to - from, columns };
}

/** The same rows, last first. */
function reversed(vectors: Matrix): Matrix {
  const rows = Array.from({ length: vectors.rows }, (_, row) => [...rowOf(vectors, vectors.rows - 1 - row)]);
  return matrixOf(rows, vectors.columns);
}
