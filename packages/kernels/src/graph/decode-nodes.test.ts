import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from '../fixtures/poisoned-memory.js';
import { type DecodeNodesCall, decodeNodes } from '../index.js';

const ROWS = 5;
// Powers of two, so that every number is exact whatever the order of operations.
const scales = Float32Array.of(0.5, 0.25, 2, 0, 1);

const problems = fc.integer({ min: 1, max: 70 }).chain((width) =>
  fc.record({
    width: fc.constant(width),
    columns: fc.integer({ min: width, max: strideOf(width) }),
    codes: fc.int8Array({ minLength: ROWS * strideOf(width), maxLength: ROWS * strideOf(width) }),
    signs: fc.uint8Array({ minLength: ROWS * bytesOf(width), maxLength: ROWS * bytesOf(width) }),
    list: fc.array(fc.nat(ROWS - 1), { maxLength: 9 }),
  }),
);

describe.each(['simd', 'scalar'] as const)('decoded nodes, %s', (engine) => {
  it('are a code and 120 with its sign, times the scale; nothing else is touched', () => {
    fc.assert(
      fc.property(problems, ({ width, columns, codes, signs, list }) => {
        const place = new PoisonedMemory(engine);
        const stride = strideOf(width);
        const binary = [...signs].flatMap((byte) => [...byte.toString(2).padStart(8, '0')].reverse());
        const expected = list.flatMap((row) =>
          Array.from({ length: columns }, (_, column) => {
            const sign = binary[row * bytesOf(width) * 8 + column] === '1' ? 120 : -120;
            return column < width ? ((codes[row * stride + column] ?? 0) + sign) * (scales[row] ?? 0) : 0;
          }),
        );
        const target = place.float32(new Float32Array(list.length * columns).fill(Number.NaN));
        const call = { ...placed(place, codes, signs), list: place.uint32(list), target, stride, width, columns };
        place.run([target], (memory) => decodeNodes(memory, call));
        expect([...target].map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
      }),
    );
  });
});

it('has the same bits on both engines, with numbers that must be rounded', () => {
  const decoded = (['simd', 'scalar'] as const).map((engine) => {
    const place = new PoisonedMemory(engine);
    const codes = Int8Array.from({ length: 48 }, (_, at) => ((at * 37) % 255) - 127);
    const signs = Uint8Array.from({ length: 8 }, (_, at) => (at * 89) % 256);
    const target = place.float32(new Float32Array(40));
    const sketches = place.uint8([...signs, ...new Uint8Array(Float32Array.of(0.1, 0, 0, 0).buffer)]);
    const views = { codes: place.int8(codes), sketches, list: place.uint32([0]), target };
    decodeNodes(place.memory, { ...views, stride: 48, width: 37, columns: 40 });
    return [...target];
  });
  expect(decoded[0]).toEqual(decoded[1]);
});

it.each([
  { why: 'a row that is not there', change: { list: [ROWS] } },
  { why: 'a stride of no whole step', change: { stride: 24 } },
  { why: 'more numbers than columns', change: { width: 17 } },
  { why: 'more columns than codes', change: { columns: 24 } },
])('refuses $why', ({ change }) => {
  const place = new PoisonedMemory('simd');
  const { list = [0], ...shape } = { stride: 16, width: 16, columns: 16, ...change };
  const views = placed(place, new Int8Array(ROWS * 16), new Uint8Array(ROWS * 8));
  const call: DecodeNodesCall = {
    ...{ ...views, ...shape },
    ...{ list: place.uint32(list), target: place.float32(new Float32Array(list.length * shape.columns)) },
  };
  expect(() => decodeNodes(place.memory, call)).toThrow(expect.objectContaining({ code: 'SLUICE_SHAPE' }));
});

function placed(place: PoisonedMemory, codes: Int8Array, signs: Uint8Array) {
  const width = signs.length / ROWS;
  const sketches = Array.from(scales, (scale, row) => [
    ...signs.subarray(row * width, (row + 1) * width),
    ...new Uint8Array(Float32Array.of(scale, 0, 0, 0).buffer),
  ]);
  return { codes: place.int8(codes), sketches: place.uint8(sketches.flat()) };
}

function strideOf(width: number): number {
  return Math.ceil(width / 16) * 16;
}

/** Bytes of a row's signs. */
function bytesOf(width: number): number {
  return Math.ceil(strideOf(width) / 64) * 8;
}
