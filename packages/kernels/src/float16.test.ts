import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import {
  decodeFloat16,
  encodeFloat16,
  LARGEST_FLOAT16,
  scoreFloat16,
  scoreFloat16Listed,
  scoreFloat32,
  scoreFloat32Listed,
} from './index.js';

const finite = fc.integer({ min: 0, max: 0xffff }).filter((half) => ((half >>> 10) & 31) < 31);
const problems = fc
  .record({
    q: fc.integer({ min: 0, max: 9 }),
    n: fc.integer({ min: 0, max: 9 }),
    columns: fc.integer({ min: 1, max: 6 }).map((eights) => eights * 8),
    metric: fc.constantFrom('dot' as const, 'euclidean' as const),
  })
  .chain((shape) => {
    const [numbers, halves] = [shape.q * shape.columns, shape.n * shape.columns];
    return fc.record({
      shape: fc.constant(shape),
      queries: fc.float32Array({ minLength: numbers, maxLength: numbers, min: -4, max: 4, noNaN: true }),
      rows: fc.array(finite, { minLength: halves, maxLength: halves }),
      picks: fc.array(fc.nat(), { maxLength: 9 }),
    });
  });

describe.each(['simd', 'scalar'] as const)('scores of float16 rows, %s', (engine) => {
  it('are those of the decoded rows, bit for bit, in a batch and from a list', () => {
    fc.assert(
      fc.property(problems, ({ shape: { q, n, columns, metric }, queries, rows, picks }) => {
        const place = new PoisonedMemory(engine);
        const wide = new Float32Array(rows.length);
        decodeFloat16(Uint16Array.from(rows), wide);
        const [halves, numbers] = [place.uint16(rows), place.float32(wide)];
        const all = { metric, columns, queries: place.float32(queries) };
        const [scores, expected] = [place.float32(new Float32Array(q * n)), place.float32(new Float32Array(q * n))];
        place.run([scores], (memory) => scoreFloat16(memory, { ...all, rows: halves, scores }));
        scoreFloat32(place.memory, { ...all, rows: numbers, scores: expected });
        expect(scores).toEqual(expected);
        if (q === 0 || n === 0) return;
        const list = place.uint32(picks.map((pick) => pick % n));
        const one = { metric, columns, list, query: place.float32(queries.subarray(0, columns)) };
        const [some, wanted] = [place.float32(list.map(() => 0)), place.float32(list.map(() => 0))];
        place.run([some], (memory) => scoreFloat16Listed(memory, { ...one, rows: halves, scores: some }));
        scoreFloat32Listed(place.memory, { ...one, rows: numbers, scores: wanted });
        expect(some).toEqual(wanted);
      }),
    );
  });
});

describe('float16', () => {
  it('every finite number is itself after decoding and encoding', () => {
    const halves = Uint16Array.from({ length: 65_536 }, (_, half) => half).filter((half) => (half & 0x7c00) !== 0x7c00);
    const numbers = new Float32Array(halves.length);
    const again = new Uint16Array(halves.length);
    decodeFloat16(halves, numbers);
    encodeFloat16(numbers, again);
    expect(again).toEqual(halves);
  });

  it('is the nearest of all, and of two as near the one with an even fraction', () => {
    const all = Uint16Array.from({ length: 0x7c00 }, (_, half) => half);
    const numbers = new Float32Array(all.length);
    decodeFloat16(all, numbers);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: all.length - 2 }), fc.constantFrom(0, 0.25, 0.5, 0.75), (half, share) => {
        const [low = 0, high = 0] = numbers.subarray(half, half + 2);
        const target = new Uint16Array(1);
        encodeFloat16([low + (high - low) * share], target);
        const isUp = share > 0.5 || (share === 0.5 && half % 2 === 1);
        expect(target[0]).toBe(isUp ? half + 1 : half);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    { value: 1, bits: 0x3c00 },
    { value: -2, bits: 0xc000 },
    { value: LARGEST_FLOAT16, bits: 0x7bff },
    { value: 2 ** -24, bits: 1 },
    { value: 65_520, bits: 0x7c00 },
    { value: Number.NEGATIVE_INFINITY, bits: 0xfc00 },
    { value: Number.NaN, bits: 0x7e00 },
    { value: -0, bits: 0x8000 },
  ])('$value has the bits that IEEE 754 gives it', ({ value, bits }) => {
    const target = new Uint16Array(1);
    encodeFloat16([value], target);
    expect(target[0]).toBe(bits);
  });
});

it.each([
  { why: 'columns that are no multiple of 8', change: { columns: 4 } },
  { why: 'rows that are not whole', change: { columns: 24 } },
])('refuses $why', ({ change }) => {
  const place = new PoisonedMemory('simd');
  const rows = place.uint16(new Uint16Array(32));
  const call = { metric: 'dot' as const, columns: 8, rows, scores: place.float32(new Float32Array(4)) };
  const queries = place.float32(new Float32Array(8));
  const refused = expect.objectContaining({ code: 'SLUICE_SHAPE' });
  expect(() => scoreFloat16(place.memory, { ...call, queries, ...change })).toThrow(refused);
  const listed = { ...call, query: queries, list: place.uint32([0, 1, 2, 4]) };
  expect(() => scoreFloat16Listed(place.memory, listed)).toThrow(refused);
});
