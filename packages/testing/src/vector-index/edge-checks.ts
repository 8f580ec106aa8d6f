import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { type Entries, matrixOf } from './vector-cases.js';
import type { VectorIndexSubject } from './vector-index-subject.js';

/** What `search` promises at the edges: nothing there, nothing asked, all alike, very long, very short, far apart. */
export function edgeChecks({ factory, similarities, dimensions: widths, tolerance }: VectorIndexSubject): Check[] {
  const dimensions = widths[0] ?? 1;
  const ones = (rows: number): Entries => ({
    ordinals: Uint32Array.from({ length: rows }, (_, row) => rows - 1 - row),
    vectors: matrixOf(Array(rows).fill(Array(dimensions).fill(1)), dimensions),
  });
  return [
    {
      name: 'an empty index finds nothing',
      check: () => {
        for (const similarity of similarities) {
          const found = factory.create({ dimensions, similarity }).search(ones(2).vectors, { topK: 3 });
          expect([...found.offsets]).toEqual([0, 0, 0]);
          expect(found.ordinals).toHaveLength(0);
          expect(found.scores).toHaveLength(0);
        }
      },
    },
    {
      name: 'no queries have no answers',
      check: () => {
        for (const similarity of similarities) {
          const index = factory.create({ dimensions, similarity });
          index.add(ones(3).ordinals, ones(3).vectors);
          expect([...index.search(matrixOf([], dimensions), { topK: 3 }).offsets]).toEqual([0]);
        }
      },
    },
    {
      name: 'many equal vectors are in the order of their ordinals',
      check: () => {
        for (const similarity of similarities) {
          const index = factory.create({ dimensions, similarity });
          index.add(ones(40).ordinals, ones(40).vectors);
          const { ordinals, scores } = index.search(ones(1).vectors, { topK: 40 });
          expect([...ordinals]).toEqual(Array.from(ordinals, (_, at) => at));
          expect(new Set(scores).size, 'one score for equal vectors').toBe(1);
        }
      },
    },
    {
      name: 'cosine ignores length, however long or short a vector is',
      check: () => {
        if (!similarities.includes('cosine')) return;
        const index = factory.create({ dimensions, similarity: 'cosine' });
        const lengths = [1e25, 1e-25, 1, 3e38 / dimensions];
        index.add(
          Uint32Array.from(lengths, (_, at) => at),
          matrixOf(
            lengths.map((length) => Array(dimensions).fill(length)),
            dimensions,
          ),
        );
        const queries = matrixOf([Array(dimensions).fill(1e-25), Array(dimensions).fill(1e25)], dimensions);
        const { scores } = index.search(queries, { topK: 4 });
        for (const score of scores)
          expect(Math.abs(score - 1), `cosine ${score} of parallel vectors`).toBeLessThan(tolerance);
      },
    },
    {
      name: 'ordinals may be far apart',
      check: () => {
        for (const similarity of similarities) {
          const index = factory.create({ dimensions, similarity });
          index.add(Uint32Array.of(1_000_000, 3, 70_000), ones(3).vectors);
          const { ordinals } = index.search(ones(1).vectors, { topK: 10 });
          expect([...ordinals]).toEqual([3, 70_000, 1_000_000]);
        }
      },
    },
  ];
}
