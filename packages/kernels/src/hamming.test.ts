import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { hamming } from './index.js';

const codes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const problems = fc
  .record({
    q: fc.integer({ min: 0, max: 5 }),
    n: fc.integer({ min: 0, max: 9 }),
    width: fc.integer({ min: 1, max: 20 }).map((sixteens) => sixteens * 16),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      queries: codes(shape.q * shape.width),
      rows: codes(shape.n * shape.width),
    }),
  );

it.each(['simd', 'scalar'] as const)('counts differing bits and stays inside its views (%s)', (engine) => {
  fc.assert(
    fc.property(problems, ({ shape, queries, rows }) => {
      const place = new PoisonedMemory(engine);
      const distances = place.int32(new Int32Array(shape.q * shape.n).fill(-7));
      const call = { queries: place.uint8(queries), codes: place.uint8(rows), distances, width: shape.width };
      place.run([distances], (memory) => hamming(memory, call));
      expect([...distances]).toEqual(distancesOf(shape, queries, rows));
    }),
  );
});

it('counts every bit of opposite codes, however wide', () => {
  const width = 4096;
  const place = new PoisonedMemory('simd');
  const distances = place.int32([0]);
  const opposite = { queries: place.uint8(new Uint8Array(width)), codes: place.uint8(new Uint8Array(width).fill(255)) };
  hamming(place.memory, { ...opposite, distances, width });
  expect(distances[0]).toBe(width * 8);
});

it('refuses a width that is no multiple of 16', () => {
  const place = new PoisonedMemory('simd');
  const code = place.uint8(new Uint8Array(8));
  const call = { queries: code, codes: code, distances: place.int32([0]), width: 8 };
  expect(() => hamming(place.memory, call)).toThrow(expect.objectContaining({ code: 'SLUICE_SHAPE' }));
});

function distancesOf(
  { q, n, width }: { q: number; n: number; width: number },
  queries: Uint8Array,
  rows: Uint8Array,
): number[] {
  return Array.from({ length: q * n }, (_, at) => {
    const query = queries.subarray(Math.floor(at / n) * width).subarray(0, width);
    const row = rows.subarray((at % n) * width);
    const bits = Array.from(query, (byte, column) => (byte ^ (row[column] ?? 0)).toString(2)).join('');
    return bits.replaceAll('0', '').length;
  });
}
