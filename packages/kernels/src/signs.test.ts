import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { dotSigns, dotSignsListed, packPlanes, packSigns } from './index.js';

const problems = fc
  .record({
    q: fc.integer({ min: 1, max: 3 }),
    n: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 4 }).map((sixteens) => sixteens * 16),
    planes: fc.integer({ min: 1, max: 9 }),
  })
  .chain((shape) => {
    const { q, n, width, planes } = shape;
    const half = 2 ** (planes - 1);
    const integers = fc.integer({ min: -half, max: half - 1 });
    return fc.record({
      shape: fc.constant(shape),
      queries: fc.array(integers, { minLength: q * width * 8, maxLength: q * width * 8 }),
      rows: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: n * width * 8, maxLength: n * width * 8 }),
      picks: fc.array(fc.nat(n - 1), { maxLength: 9 }),
    });
  });

it.each(['simd', 'scalar'] as const)('products of integers and signs are exact, %s', (engine) => {
  fc.assert(
    fc.property(problems, ({ shape: { q, n, width, planes }, queries, rows, picks }) => {
      const place = new PoisonedMemory(engine);
      const columns = width * 8;
      const packed = new Uint8Array(q * planes * width);
      for (let i = 0; i < q; i++) {
        const target = packed.subarray(i * planes * width, (i + 1) * planes * width);
        packPlanes(queries.slice(i * columns, (i + 1) * columns), planes, target);
      }
      const signs = new Uint8Array(n * width);
      for (let j = 0; j < n; j++) {
        packSigns(rows.slice(j * columns, (j + 1) * columns), signs.subarray(j * width, (j + 1) * width));
      }
      const expected = Array.from({ length: q * n }, (_, at) => {
        const [i, j] = [Math.floor(at / n), at % n];
        const row = rows.slice(j * columns, (j + 1) * columns);
        return row.reduce((sum, value, c) => sum + (queries[i * columns + c] ?? 0) * (value < 0 ? -1 : 1), 0);
      });
      const call = { rows: place.uint8(signs), width, planes };
      const products = place.int32(new Int32Array(q * n));
      const all = place.uint8(packed);
      place.run([products], (memory) => dotSigns(memory, { ...call, queries: all, products }));
      expect([...products]).toEqual(expected);
      const [list, some] = [place.uint32(picks), place.int32(picks)];
      const query = place.uint8(packed.subarray(0, planes * width));
      place.run([some], (memory) => dotSignsListed(memory, { ...call, query, list, products: some }));
      expect([...some]).toEqual(picks.map((row) => expected[row]));
    }),
    { numRuns: 60 },
  );
});

it('estimates inner products as RaBitQ does: without bias, over random directions', () => {
  const columns = 128;
  const random = normal(5);
  const errors = Array.from({ length: 400 }, () => {
    const [query, row] = [
      Float64Array.from({ length: columns }, random),
      Float64Array.from({ length: columns }, random),
    ];
    // Half of the query is the row: an estimate that shrinks would show.
    for (let c = 0; c < columns; c++) query[c] = ((query[c] ?? 0) + (row[c] ?? 0)) / 2;
    const step = Math.max(...query.map(Math.abs)) / 127;
    const place = new PoisonedMemory('simd');
    const [planes, signs] = [place.uint8(new Uint8Array(8 * 16)), place.uint8(new Uint8Array(16))];
    packPlanes(
      [...query].map((value) => Math.round(value / step)),
      8,
      planes,
    );
    packSigns(row, signs);
    const products = place.int32([0]);
    dotSigns(place.memory, { queries: planes, rows: signs, products, width: 16, planes: 8 });
    const squared = row.reduce((sum, value) => sum + value * value, 0);
    const weight = squared / row.reduce((sum, value) => sum + Math.abs(value), 0);
    const exact = row.reduce((sum, value, c) => sum + value * (query[c] ?? 0), 0);
    return (step * weight * (products[0] ?? 0) - exact) / squared;
  });
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const spread = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  // By the paper, an error of |q| |x| sqrt((1 - r²) / r² / (d - 1)) for what of q is not along x, with r² = 2 / pi.
  expect(spread).toBeGreaterThan(0.02);
  expect(spread).toBeLessThan((0.6 * Math.sqrt(Math.PI / 2 - 1)) / Math.sqrt(columns - 1));
  expect(Math.abs(mean)).toBeLessThan((4 * spread) / Math.sqrt(errors.length));
});

it.each([
  { why: 'a width of no whole step', change: { width: 8 } },
  { why: 'no planes', change: { planes: 0 } },
  { why: 'a listed row that is not there', change: { list: [2] } },
])('refuses $why', ({ change }) => {
  const place = new PoisonedMemory('simd');
  const { list = [0], ...shape } = { width: 16, planes: 2, ...change };
  const call = { ...shape, query: place.uint8(new Uint8Array(32)), rows: place.uint8(new Uint8Array(32)) };
  const listed = { ...call, list: place.uint32(list), products: place.int32([0]) };
  const refused = expect.objectContaining({ code: 'SLUICE_SHAPE' });
  expect(() => dotSignsListed(place.memory, listed)).toThrow(refused);
});

/** Normal numbers by Box and Muller over a linear congruential generator. */
function normal(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
