import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { dotInt8, dotInt8Listed } from './index.js';

const codes = (length: number) => fc.int8Array({ minLength: length, maxLength: length, min: -127, max: 127 });
const problems = fc
  .record({
    q: fc.integer({ min: 0, max: 9 }),
    n: fc.integer({ min: 0, max: 13 }),
    columns: fc.integer({ min: 1, max: 5 }).map((sixteens) => sixteens * 16),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      queries: codes(shape.q * shape.columns),
      rows: codes(shape.n * shape.columns),
    }),
  );

it.each(['simd', 'scalar'] as const)('dotInt8 is exact and stays inside its views (%s)', (engine) => {
  fc.assert(
    fc.property(problems, ({ shape, queries, rows }) => {
      const place = new PoisonedMemory(engine);
      const products = place.int32(new Int32Array(shape.q * shape.n).fill(-7));
      const call = {
        queries: place.int16(queries),
        rows: place.int8(rows),
        products,
        columns: shape.columns,
      };
      place.run([products], (memory) => dotInt8(memory, call));
      expect([...products]).toEqual(productsOf(shape, queries, rows));
    }),
  );
});

it.each(['simd', 'scalar'] as const)('dotInt8Listed is exact and stays inside its views (%s)', (engine) => {
  fc.assert(
    fc.property(problems, fc.array(fc.nat(), { maxLength: 11 }), ({ shape, queries, rows }, picks) => {
      fc.pre(shape.q > 0 && shape.n > 0);
      const place = new PoisonedMemory(engine);
      const list = picks.map((pick) => pick % shape.n);
      const products = place.int32(new Int32Array(list.length).fill(-7));
      const call = {
        query: place.int16(queries.subarray(0, shape.columns)),
        rows: place.int8(rows),
        list: place.uint32(list),
        products,
        columns: shape.columns,
      };
      place.run([products], (memory) => dotInt8Listed(memory, call));
      const all = productsOf(shape, queries, rows);
      expect([...products]).toEqual(list.map((row) => all[row]));
    }),
  );
});

it('does not overflow at its widest with the largest codes', () => {
  const columns = 65_536;
  const place = new PoisonedMemory('simd');
  const products = place.int32([0, 0]);
  const rows = place.int8(Int8Array.from({ length: 2 * columns }, (_, at) => (at < columns ? 127 : -127)));
  dotInt8(place.memory, { queries: place.int16(new Int16Array(columns).fill(127)), rows, products, columns });
  expect([...products]).toEqual([127 * 127 * columns, -127 * 127 * columns]);
});

it.each([8, 24, 65_552])('refuses %d columns', (columns) => {
  const place = new PoisonedMemory('simd');
  const call = {
    queries: place.int16(new Int16Array(columns)),
    rows: place.int8(new Int8Array(columns)),
    products: place.int32([0]),
    columns,
  };
  expect(() => dotInt8(place.memory, call)).toThrow(
    expect.objectContaining({ code: 'SLUICE_SHAPE', argument: 'columns' }),
  );
});

function productsOf(
  { q, n, columns }: { q: number; n: number; columns: number },
  queries: Int8Array,
  rows: Int8Array,
): number[] {
  return Array.from({ length: q * n }, (_, at) => {
    const query = queries.subarray(Math.floor(at / n) * columns).subarray(0, columns);
    const row = rows.subarray((at % n) * columns);
    // BigInt, so that the oracle cannot share an overflow; adding 0 to a Number turns -0n's absence into 0.
    return Number(query.reduce((sum, code, column) => sum + BigInt(code) * BigInt(row[column] ?? 0), 0n));
  });
}
