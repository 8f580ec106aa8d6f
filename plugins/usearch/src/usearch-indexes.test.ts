import { Bitmap, type Matrix } from '@sluice/core';
import { flatIndex } from '@sluice/retrievers';
import { clusteredVectors, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type UsearchIndexOptions, usearchIndexes } from './usearch-indexes.js';

const { create, load } = await usearchIndexes();

testVectorIndex('usearch, float16', { create: (shape) => create({ ...shape, scanBelow: 0 }), load }, { recall: 0.95 });
testVectorIndex(
  'usearch, int8',
  { create: (shape) => create({ ...shape, precision: 'int8', scanBelow: 0 }), load },
  { recall: 0.95, similarities: ['cosine'] },
);

const ROWS = 3000;
const WIDTH = 24;
const vectors = clusteredVectors(ROWS, WIDTH, 51);
const queries = clusteredVectors(40, WIDTH, 52);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);

describe.each<Partial<UsearchIndexOptions>>([{ precision: 'float32' }, { precision: 'int8' }])('%o', (options) => {
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
  const truth = flatIndex(shape);
  truth.add(ordinals, vectors);

  it.each([0.9, 0.5, 0.1, 0.01])('finds .95 of those that pass a filter of share %d', (share) => {
    const byFirst = [...ordinals].sort((left, right) => firstOf(left) - firstOf(right));
    const filter = Bitmap.of(ROWS, byFirst.slice(0, share * ROWS));
    const found = filled({ ...shape, ...options }).search(queries, { topK: 10, filter });
    expect(recallOf(found, truth.search(queries, { topK: 10, filter }))).toBeGreaterThanOrEqual(0.95);
  });

  it('finds what is left after removals, replacements and loading', () => {
    const index = filled({ ...shape, ...options });
    const oracle = flatIndex(shape);
    oracle.add(ordinals, vectors);
    for (const each of [index, oracle]) {
      each.remove(ordinals.subarray(0, 500));
      each.add(ordinals.subarray(1000, 1200), rowsOf(vectors, 0, 200));
    }
    const expected = oracle.search(queries, { topK: 10 });
    for (const each of [index, load(index.save())]) {
      expect(recallOf(each.search(queries, { topK: 10 }), expected)).toBeGreaterThanOrEqual(0.95);
    }
  });
});

it('refuses int8 where numbers may be large, and unknown options', () => {
  const refusal = (path: string) => expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path });
  expect(() => create({ dimensions: 3, similarity: 'dot', precision: 'int8' })).toThrow(refusal('precision'));
  expect(() => create({ dimensions: 3, similarity: 'dot', degree: 1 })).toThrow(refusal('degree'));
});

function filled(options: UsearchIndexOptions) {
  const index = create({ scanBelow: 0, ...options });
  index.add(ordinals, vectors);
  return index;
}

function firstOf(row: number): number {
  return vectors.data[row * WIDTH] ?? 0;
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
