import { idSpace } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { expect, it, vi } from 'vitest';
import { stacked } from './fixtures/word-weights.js';
import { impact } from './impact.js';
import { ImpactIndexBuilder } from './impact-index-builder.js';

const columns = 64;

it('copies an index once, however many pipelines search it', async () => {
  const size = 1000;
  const indices = Uint32Array.from({ length: columns / 2 }, (_, at) => 2 * at);
  const vectors = Array.from({ length: size }, (_, at) => ({ indices, values: indices.map(() => 1 + (at % 9)) }));
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: columns });
  builder.add(
    Uint32Array.from(vectors, (_, at) => at),
    stacked(
      vectors.map(({ values }) => ({ indices, values: Float32Array.from(values) })),
      columns,
    ),
  );
  const index = builder.build();
  const space = idSpace(vectors.map((_, at) => `${at}`));
  const query = { text: '', sparseVectors: { f: { indices: Uint32Array.of(2, 8), values: Float32Array.of(1, 2) } } };
  const allocate = vi.spyOn(KernelMemory.prototype, 'allocate');
  try {
    const [first] = await impact({ index, space }).retrieve([query], { topK: 5 });
    for (let each = 0; each < 3; each++) {
      const [again] = await impact({ index, space }).retrieve([query], { topK: 5 });
      expect([again?.ordinals, again?.scores]).toEqual([first?.ordinals, first?.scores]);
    }
    expect(new Set(allocate.mock.contexts).size).toBe(new KernelMemory().kernels ? 1 : 0);
  } finally {
    allocate.mockRestore();
  }
});
