import type { MultiVectors } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { restoreVectors, storeVectors } from './stored-vectors.js';

const columns = 5;
const vector = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: columns, maxLength: columns });

/** Several texts of 0 to 400 vectors, so that there is more than one step. */
const encoded: fc.Arbitrary<MultiVectors> = fc
  .array(
    fc.array(vector, { maxLength: 5 }).chain((few) => fc.nat(80).map((times) => Array(times).fill(few).flat())),
    {
      maxLength: 4,
    },
  )
  .map((texts) => {
    const offsets = new Uint32Array(texts.length + 1);
    texts.forEach((vectors, text) => {
      offsets[text + 1] = (offsets[text] ?? 0) + vectors.length;
    });
    const data = Float32Array.from(texts.flat(2));
    return { texts: texts.length, offsets, vectors: { data, rows: data.length / columns, columns } };
  });

it.each([
  { precision: 'float16', bytes: 2, bound: (value: number) => Math.abs(value) * 2 ** -11 + 2 ** -25 },
  // Half a step of 1/127 of the largest, and the rounding of its factor.
  { precision: 'int8', bytes: 1, bound: (_: number, largest: number) => (largest / 127) * 0.5001 },
] as const)('come back from $precision within its bound', async ({ precision, bytes, bound }) => {
  await fc.assert(
    fc.asyncProperty(encoded, async (vectors) => {
      const stored = await storeVectors(vectors, precision);
      expect(stored.data.byteLength).toBe(vectors.vectors.data.length * bytes);
      const restored = await restoreVectors(stored);
      expect(restored).toMatchObject({ texts: vectors.texts, offsets: vectors.offsets });
      expect(restored.vectors.data).toHaveLength(vectors.vectors.data.length);
      for (const [at, value] of vectors.vectors.data.entries()) {
        const start = at - (at % columns);
        const row = vectors.vectors.data.subarray(start, start + columns);
        const largest = Math.max(...row.map(Math.abs));
        expect(Math.abs((restored.vectors.data[at] ?? Number.NaN) - value)).toBeLessThanOrEqual(bound(value, largest));
      }
    }),
    { numRuns: 30 },
  );
});

it('stops with its signal', async () => {
  const none = { texts: 0, offsets: new Uint32Array(1), vectors: { data: new Float32Array(0), rows: 0, columns } };
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(storeVectors(none, 'int8', { signal })).rejects.toThrow('enough');
});
