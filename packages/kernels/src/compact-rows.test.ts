import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { type DecodeCompactCall, decodeCompact } from './index.js';

const ROWS = 5;

const problems = fc.integer({ min: 1, max: 70 }).chain((width) =>
  fc.record({
    width: fc.constant(width),
    columns: fc.integer({ min: width, max: strideOf(width) }),
    codes: fc.int8Array({ minLength: ROWS * strideOf(width), maxLength: ROWS * strideOf(width), min: -127 }),
    bits: fc.uint8Array({ minLength: (ROWS * strideOf(width)) / 8, maxLength: (ROWS * strideOf(width)) / 8 }),
    list: fc.array(fc.nat(ROWS - 1), { maxLength: 9 }),
  }),
);

// Powers of two, so that every number is exact whatever the order of operations.
const scales = Float32Array.of(0.5, 0.25, 2, 0, 1);
const steps = Float32Array.of(0.125, 0, 0.5, 0.25, 0.0625);

describe.each(['simd', 'scalar'] as const)('compact rows, %s', (engine) => {
  it('are code times scale, and a step more or less by the bit; nothing else is touched', () => {
    fc.assert(
      fc.property(problems, ({ width, columns, codes, bits, list }) => {
        const place = new PoisonedMemory(engine);
        const stride = strideOf(width);
        const binary = [...bits].flatMap((byte) => [...byte.toString(2).padStart(8, '0')].reverse());
        const expected = list.flatMap((row) =>
          Array.from({ length: columns }, (_, column) => {
            const [scale = 0, step = 0] = [scales[row], steps[row]];
            const sign = binary[row * stride + column] === '1' ? 1 : -1;
            return column < width ? (codes[row * stride + column] ?? 0) * scale + sign * step : 0;
          }),
        );
        const target = place.float32(new Float32Array(list.length * columns).fill(Number.NaN));
        const call = { ...placed(place, codes, bits), list: place.uint32(list), target, stride, width, columns };
        place.run([target], (memory) => decodeCompact(memory, call));
        expect([...target].map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
      }),
    );
  });
});

it('has the same bits on both engines, with numbers that must be rounded', () => {
  const decoded = (['simd', 'scalar'] as const).map((engine) => {
    const place = new PoisonedMemory(engine);
    const codes = Int8Array.from({ length: 48 }, (_, at) => ((at * 37) % 255) - 127);
    const bits = Uint8Array.from({ length: 6 }, (_, at) => (at * 89) % 256);
    const target = place.float32(new Float32Array(40));
    const numbers = { scales: place.float32([0.1]), steps: place.float32([0.037]), list: place.uint32([0]) };
    const views = { codes: place.int8(codes), bits: place.uint8(bits), ...numbers, target };
    decodeCompact(place.memory, { ...views, stride: 48, width: 37, columns: 40 });
    return [...target];
  });
  expect(decoded[0]).toEqual(decoded[1]);
});

it.each([
  { why: 'a row that is not there', change: { list: [ROWS] } },
  { why: 'fewer columns than numbers', change: { columns: 15 } },
  { why: 'more columns than codes', change: { columns: 17 } },
  { why: 'codes in no whole steps', change: { stride: 8 } },
])('refuses $why', ({ change: { list = [0], ...change } }) => {
  const place = new PoisonedMemory('simd');
  const views = placed(place, new Int8Array(ROWS * 16), new Uint8Array(ROWS * 2));
  const target = place.float32(new Float32Array(16));
  const call: DecodeCompactCall = { ...views, list: place.uint32(list), target, stride: 16, width: 16, columns: 16 };
  expect(() => decodeCompact(place.memory, { ...call, ...change })).toThrow(
    expect.objectContaining({ code: 'SLUICE_SHAPE' }),
  );
});

function placed(place: PoisonedMemory, codes: Int8Array, bits: Uint8Array) {
  const numbers = { scales: place.float32(scales), steps: place.float32(steps) };
  return { codes: place.int8(codes), bits: place.uint8(bits), ...numbers };
}

function strideOf(width: number): number {
  return Math.ceil(width / 16) * 16;
}
