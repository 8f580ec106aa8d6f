import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { offer, sortBest } from './index.js';

// Few distinct scores, so that ties are everywhere and the k-th best is one of them.
const score = fc.constantFrom(-2, -0.5, 0, 0.25, 0.5, 1, 3);
const problems = fc
  .record({
    q: fc.integer({ min: 1, max: 4 }),
    k: fc.integer({ min: 1, max: 12 }),
    blocks: fc.array(fc.integer({ min: 0, max: 21 }), { maxLength: 4 }),
    filtered: fc.boolean(),
  })
  .chain(({ q, k, blocks, filtered }) => {
    const n = blocks.reduce((sum, block) => sum + block, 0);
    return fc.record({
      shape: fc.constant({ q, k, blocks, n }),
      scores: fc.array(score, { minLength: q * n, maxLength: q * n }),
      ordinals: fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { minLength: n, maxLength: n }),
      filter: filtered
        ? fc.uint32Array({ minLength: 7, maxLength: 7 })
        : fc.constant<Uint32Array | undefined>(undefined),
    });
  });

describe.each(['simd', 'scalar'] as const)('top k (%s)', (engine) => {
  it('is the head of the full sort by score, then ordinal', () => {
    fc.assert(
      fc.property(problems, ({ shape, scores, ordinals, filter }) => {
        const best = bestBy(engine, shape, scores, ordinals, filter);
        for (let query = 0; query < shape.q; query++) {
          const expected = ordinals
            .map((ordinal, row) => ({ ordinal, score: scores[query * shape.n + row] ?? 0 }))
            .filter(({ ordinal }) => !filter || (((filter[ordinal >>> 5] ?? 0) >>> (ordinal % 32)) & 1) === 1)
            .sort((left, right) => right.score - left.score || left.ordinal - right.ordinal)
            .slice(0, shape.k);
          expect(best[query]).toEqual(expected);
        }
      }),
    );
  });
});

it('refuses k of 0 and heaps that are too short', () => {
  const place = new PoisonedMemory('simd');
  const best = {
    k: 2,
    scores: place.float32(new Float32Array(2)),
    ordinals: place.uint32(new Uint32Array(2)),
    sizes: place.uint32([0]),
  };
  expect(() => sortBest(place.memory, best)).not.toThrow();
  expect(() => sortBest(place.memory, { ...best, k: 0 })).toThrow(expect.objectContaining({ argument: 'best.k' }));
  expect(() => sortBest(place.memory, { ...best, k: 3 })).toThrow(expect.objectContaining({ argument: 'best.scores' }));
});

interface Shape {
  readonly q: number;
  readonly k: number;
  readonly n: number;
  readonly blocks: readonly number[];
}

/** Offers the rows block by block; the answers as objects. */
function bestBy(
  engine: 'simd' | 'scalar',
  { q, k, n, blocks }: Shape,
  scores: readonly number[],
  ordinals: readonly number[],
  filter: Uint32Array | undefined,
): { ordinal: number; score: number }[][] {
  const place = new PoisonedMemory(engine);
  const best = {
    k,
    scores: place.float32(new Float32Array(q * k)),
    ordinals: place.uint32(new Uint32Array(q * k)),
    sizes: place.uint32(new Uint32Array(q)),
  };
  const bits = filter ? { filter: place.uint32(filter) } : {};
  const outputs = [best.scores, best.ordinals, best.sizes];
  let start = 0;
  for (const size of blocks) {
    const block = Array.from({ length: q }, (_, query) => scores.slice(query * n + start, query * n + start + size));
    const call = {
      ...{ best, ...bits },
      scores: place.float32(block.flat()),
      ordinals: place.uint32(ordinals.slice(start, start + size)),
    };
    place.run(outputs, (memory) => offer(memory, call));
    start += size;
  }
  place.run(outputs, (memory) => sortBest(memory, best));
  return Array.from({ length: q }, (_, query) =>
    Array.from({ length: best.sizes[query] ?? 0 }, (_, rank) => ({
      ordinal: best.ordinals[query * k + rank] ?? -1,
      score: best.scores[query * k + rank] ?? Number.NaN,
    })),
  );
}
