import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import {
  decodeFloat16,
  encodeFloat16,
  LARGEST_CODE_SUM,
  MAXIMA_QUERIES,
  maximaFloat16,
  maximaInt8,
  packTiles,
  sumMaxima,
} from './index.js';

const EMPTY = Number.NEGATIVE_INFINITY;

/** Ranges of rows, some empty, in any order, perhaps overlapping. */
const rangesOf = (rows: number) =>
  fc
    .array(fc.tuple(fc.nat(rows), fc.nat(rows)), { maxLength: 5 })
    .map((pairs) => pairs.map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const));
const floats = (length: number) =>
  fc.float32Array({ minLength: length, maxLength: length, min: -4, max: 4, noNaN: true });

const halves = fc
  .record({ q: fc.integer({ min: 1, max: 19 }), n: fc.nat(9), width: fc.integer({ min: 1, max: 21 }) })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      queries: floats(shape.q * shape.width),
      rows: floats(shape.n * shape.width),
      ranges: rangesOf(shape.n),
    }),
  );

describe.each(['simd', 'scalar'] as const)('maximaFloat16, %s', (engine) => {
  it('is near the largest in double precision, writes nothing else, and reads nothing else', () => {
    fc.assert(
      fc.property(halves, ({ shape: { q, n, width }, queries, rows, ranges }) => {
        const { found, wide } = maximaBy(engine, { q, n, width }, queries, rows, ranges);
        const padded = Math.ceil(q / 4) * 4;
        for (const [range, [start, end]] of ranges.entries()) {
          for (let query = 0; query < q; query++) {
            const exact = Math.max(
              EMPTY,
              ...rowsBetween(start, end).map((row) => inDoubles(queries, query, wide, row, width)),
            );
            const actual = found[range * padded + query] ?? Number.NaN;
            // `width` roundings of sums up to 16 x width.
            if (exact === EMPTY) expect(actual).toBe(EMPTY);
            else expect(Math.abs(actual - exact)).toBeLessThanOrEqual(16 * width * width * 2 ** -23);
          }
        }
      }),
    );
  });

  it('gives a query the same bits alone, and on the other engine', () => {
    fc.assert(
      fc.property(halves, ({ shape: { q, n, width }, queries, rows, ranges }) => {
        const { found } = maximaBy(engine, { q, n, width }, queries, rows, ranges);
        const padded = Math.ceil(q / 4) * 4;
        const other = engine === 'simd' ? 'scalar' : 'simd';
        for (const query of [0, q - 1]) {
          const own = queries.subarray(query * width, (query + 1) * width);
          const alone = maximaBy(other, { q: 1, n, width }, own, rows, ranges).found;
          expect(ranges.map((_, range) => alone[range * 4])).toEqual(
            ranges.map((_, range) => found[range * padded + query]),
          );
        }
      }),
    );
  });
});

const codes = fc
  .record({ q: fc.integer({ min: 1, max: 3 }), n: fc.nat(9), columns: fc.integer({ min: 1, max: 3 }) })
  .map(({ q, n, columns }) => ({ q: q * MAXIMA_QUERIES, n, columns: columns * 16 }))
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      queries: fc.int16Array({ minLength: shape.q * shape.columns, maxLength: shape.q * shape.columns }),
      rows: fc.int8Array({
        minLength: shape.n * shape.columns,
        maxLength: shape.n * shape.columns,
        min: -127,
        max: 127,
      }),
      scales: fc.float32Array({ minLength: shape.n, maxLength: shape.n, min: 0, max: 4, noNaN: true }),
      ranges: rangesOf(shape.n),
    }),
  );

it.each(['simd', 'scalar'] as const)(
  'maximaInt8 is exact up to two roundings and stays inside its views (%s)',
  (engine) => {
    fc.assert(
      fc.property(codes, ({ shape: { q, columns }, queries, rows, scales, ranges }) => {
        const place = new PoisonedMemory(engine);
        const maxima = place.float32(new Float32Array(ranges.length * q).fill(Number.NaN));
        const call = {
          queries: place.int16(queries),
          rows: place.int8(rows),
          scales: place.float32(scales),
          ...placed(place, ranges),
          maxima,
          columns,
        };
        place.run([maxima], (memory) => maximaInt8(memory, call));
        const expected = ranges.flatMap(([start, end]) =>
          Array.from({ length: q }, (_, query) =>
            Math.max(
              EMPTY,
              ...rowsBetween(start, end).map((row) => {
                let sum = 0n;
                for (let column = 0; column < columns; column++) {
                  sum += BigInt(queries[query * columns + column] ?? 0) * BigInt(rows[row * columns + column] ?? 0);
                }
                return Math.fround(Math.fround(Number(sum)) * (scales[row] ?? 0));
              }),
            ),
          ),
        );
        expect([...maxima]).toEqual(expected);
      }),
    );
  },
);

it('does not overflow with the largest codes that may be', () => {
  const columns = 512;
  const code = Math.floor(LARGEST_CODE_SUM / columns);
  const place = new PoisonedMemory('simd');
  const maxima = place.float32([0, 0, 0, 0]);
  const queries = place.int16(new Int16Array(4 * columns).fill(Math.min(32_767, code)));
  const rows = place.int8(new Int8Array(columns).fill(127));
  const call = { queries, rows, scales: place.float32([1]), ...placed(place, [[0, 1]]), maxima, columns };
  maximaInt8(place.memory, call);
  expect(maxima[0]).toBe(Math.fround(127 * Math.min(32_767, code) * columns));
});

describe.each(['simd', 'scalar'] as const)('sumMaxima, %s', (engine) => {
  it('is near the sum of the largest in double precision, and stays inside its views', () => {
    const tables = fc
      .record({ rows: fc.integer({ min: 1, max: 6 }), fours: fc.integer({ min: 1, max: 9 }), n: fc.nat(12) })
      .chain(({ rows, fours, n }) =>
        fc.record({
          columns: fc.constant(fours * 4),
          table: floats(rows * fours * 4),
          codes: fc.array(fc.nat(rows - 1), { minLength: n, maxLength: n }),
          ranges: rangesOf(n),
        }),
      );
    fc.assert(
      fc.property(tables, ({ columns, table, codes, ranges }) => {
        const run = (one: 'simd' | 'scalar') => {
          const place = new PoisonedMemory(one);
          const scores = place.float32(new Float32Array(ranges.length).fill(Number.NaN));
          const call = { table: place.float32(table), codes: place.uint16(codes), ...placed(place, ranges) };
          place.run([scores], (memory) => sumMaxima(memory, { ...call, columns, scores }));
          return scores.slice();
        };
        const scores = run(engine);
        expect(run('scalar')).toEqual(scores);
        for (const [range, [start, end]] of ranges.entries()) {
          let exact = 0;
          for (let column = 0; start < end && column < columns; column++) {
            exact += Math.max(...codes.slice(start, end).map((code) => table[code * columns + column] ?? 0));
          }
          expect(Math.abs((scores[range] ?? Number.NaN) - exact)).toBeLessThanOrEqual(4 * columns * columns * 2 ** -23);
        }
      }),
    );
  });
});

it.each([
  { why: 'a stride that is no multiple of 8', change: { stride: 4, width: 4 } },
  { why: 'more columns than a row has', change: { width: 9 } },
  { why: 'tiles for fewer queries', change: { queries: 9 } },
  { why: 'no query', change: { queries: 0 } },
])('refuses $why', ({ change }) => {
  const place = new PoisonedMemory('simd');
  const call = {
    ...{ tiles: place.float32(new Float32Array(64)), queries: 1, rows: place.uint16(new Uint16Array(16)) },
    ...{ stride: 8, width: 8, ...placed(place, [[0, 2]]) },
    ...{ maxima: place.float32(new Float32Array(4)), scratch: place.float32(new Float32Array(32)) },
  };
  const refused = expect.objectContaining({ code: 'SLUICE_SHAPE' });
  expect(() => maximaFloat16(place.memory, call)).not.toThrow();
  expect(() => maximaFloat16(place.memory, { ...call, ...change })).toThrow(refused);
  for (const ranges of [[[0, 3]], [[2, 1]]] as const) {
    expect(() => maximaFloat16(place.memory, { ...call, ...placed(place, ranges) })).toThrow(refused);
  }
});

function placed(place: PoisonedMemory, ranges: readonly (readonly [number, number])[]) {
  return { starts: place.uint32(ranges.map(([start]) => start)), ends: place.uint32(ranges.map(([, end]) => end)) };
}

function maximaBy(
  engine: 'simd' | 'scalar',
  { q, n, width }: { q: number; n: number; width: number },
  queries: Float32Array,
  rows: Float32Array,
  ranges: readonly (readonly [number, number])[],
) {
  const place = new PoisonedMemory(engine);
  const stride = Math.ceil(width / 8) * 8;
  const padded = new Float32Array(n * stride);
  for (let row = 0; row < n; row++) padded.set(rows.subarray(row * width, (row + 1) * width), row * stride);
  const bits = new Uint16Array(padded.length);
  encodeFloat16(padded, bits);
  decodeFloat16(bits, padded);
  const maxima = place.float32(new Float32Array(ranges.length * Math.ceil(q / 4) * 4).fill(Number.NaN));
  const scratch = place.float32(new Float32Array(4 * stride));
  const call = {
    ...{ tiles: place.float32(packTiles({ data: queries, count: q, stride: width, from: 0, width })), queries: q },
    ...{ rows: place.uint16(bits), stride, width, ...placed(place, ranges), maxima, scratch },
  };
  place.run([maxima, scratch], (memory) => maximaFloat16(memory, call));
  const wide = Float32Array.from(
    { length: n * width },
    (_, at) => padded[Math.floor(at / width) * stride + (at % width)] ?? 0,
  );
  return { found: maxima.slice(), wide };
}

function rowsBetween(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, at) => start + at);
}

function inDoubles(queries: Float32Array, query: number, rows: Float32Array, row: number, width: number): number {
  let sum = 0;
  for (let column = 0; column < width; column++) {
    sum += (queries[query * width + column] ?? 0) * (rows[row * width + column] ?? 0);
  }
  return sum;
}
