import type { SavedIndex, Similarity } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { clusteredVectors, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { expectDamageIsHandled } from '../fixtures/damaged-saves.js';
import { testProposingIndex } from '../fixtures/proposing-index.js';
import { type ForestIndex, forestIndex, loadForestIndex } from './forest-index.js';

const ROWS = 300;
const WIDTH = 16;
const vectors = clusteredVectors(ROWS, WIDTH, 31);
const queries = clusteredVectors(3, WIDTH, 32);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);

testVectorIndex('forestIndex', { create: forestIndex, load: loadForestIndex }, { recall: 0.95 });
testVectorIndex(
  'forestIndex without scans of the small',
  { create: (shape) => forestIndex({ ...shape, scanBelow: 0, leafSize: 3 }), load: loadForestIndex },
  { recall: 0.95 },
);

testProposingIndex('ForestIndex', { create: forestIndex, load: loadForestIndex });

describe('a damaged file', () => {
  const saved = throughBytes(filled('euclidean').save());

  it('is refused, or still answers', () => expectDamageIsHandled(saved, loadForestIndex, queries));

  it.each([
    { why: 'nodes that lead to themselves', block: 'nodes', value: 0 },
    { why: 'leaves that all hold one row', block: 'leaves', value: 0 },
    { why: 'planes that are not finite', block: 'planes', value: 0xff },
  ])('is refused: $why', ({ block, value }) => {
    const copy = throughBytes(saved);
    copy.blocks[block]?.fill(value);
    const memory = new KernelMemory();
    expect(() => loadForestIndex(copy, { memory })).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
    expect(memory.usedBytes, 'bytes left behind').toBe(0);
  });
});

function filled(similarity: Similarity): ForestIndex {
  const index = forestIndex({ dimensions: WIDTH, similarity, scanBelow: 0 });
  index.add(ordinals, vectors);
  return index;
}

/** What a file gives back: each block in memory of its own. */
function throughBytes(saved: SavedIndex): SavedIndex {
  const blocks = Object.entries(saved.blocks).map(([name, block]) => [name, block.slice()] as const);
  return { ...saved, blocks: Object.fromEntries(blocks) };
}
