import type { Matrix, SavedIndex, Similarity } from '@sluice/core';
import { clusteredVectors, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { expectDamageIsHandled } from '../fixtures/damaged-saves.js';
import { testProposingIndex } from '../fixtures/proposing-index.js';
import { type HashIndex, hashIndex, loadHashIndex } from './hash-index.js';

const ROWS = 300;
const WIDTH = 16;
const vectors = clusteredVectors(ROWS, WIDTH, 31);
const queries = clusteredVectors(3, WIDTH, 32);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);

testVectorIndex('hashIndex', { create: hashIndex, load: loadHashIndex }, { recall: 0.95 });
testVectorIndex(
  'hashIndex without scans of the small',
  { create: (shape) => hashIndex({ ...shape, scanBelow: 0, bits: 4 }), load: loadHashIndex },
  { recall: 0.95 },
);

testProposingIndex('HashIndex', { create: hashIndex, load: loadHashIndex });

it('is the same index however the additions are divided', () => {
  const whole = filled('cosine');
  const parts = hashIndex({ dimensions: WIDTH, similarity: 'cosine', scanBelow: 0 });
  parts.add(ordinals.subarray(0, 100), rowsOf(vectors, 0, 100));
  parts.add(ordinals.subarray(100), rowsOf(vectors, 100, ROWS));
  expect(parts.save()).toEqual(whole.save());
});

describe('a damaged file', () => {
  const saved = throughBytes(filled('euclidean').save());

  it('is refused, or still answers', () => expectDamageIsHandled(saved, loadHashIndex, queries));

  it.each([
    { why: 'a bucket that is not there', change: { blocks: { codes: 0xff } } },
    { why: 'slots without a width', change: { header: { scale: { value: 0, rows: 10 } } } },
  ])('is refused: $why', ({ change }) => {
    const copy = throughBytes(saved);
    if (change.blocks) copy.blocks.codes?.fill(change.blocks.codes);
    const header = { ...Object.fromEntries(Object.entries(Object(copy.header))), ...change.header };
    const load = () => loadHashIndex({ ...copy, header });
    expect(load).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
  });
});

function filled(similarity: Similarity): HashIndex {
  const index = hashIndex({ dimensions: WIDTH, similarity, scanBelow: 0 });
  index.add(ordinals, vectors);
  return index;
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}

/** What a file gives back: each block in memory of its own. */
function throughBytes(saved: SavedIndex): SavedIndex {
  const blocks = Object.entries(saved.blocks).map(([name, block]) => [name, block.slice()] as const);
  return { ...saved, blocks: Object.fromEntries(blocks) };
}
