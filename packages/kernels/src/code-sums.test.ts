import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { sumCodes, sumCodesListed } from './index.js';

const problems = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(11)).chain(([parts, n]) =>
  fc.record({
    parts: fc.constant(parts),
    codes: fc.uint8Array({ minLength: n * parts, maxLength: n * parts }),
    list: n === 0 ? fc.constant<number[]>([]) : fc.array(fc.nat(n - 1), { maxLength: 11 }),
    seed: fc.nat(1000),
  }),
);

/** Whole numbers, so that sums are exact whatever their order. */
function tablesOf(parts: number, seed: number): Float32Array {
  return Float32Array.from({ length: parts * 256 }, (_, at) => ((at * 7919 + seed) % 2003) - 1001);
}

describe.each(['simd', 'scalar'] as const)('code sums, %s', (engine) => {
  it('adds the entries that the codes name, and touches nothing else', () => {
    fc.assert(
      fc.property(problems, ({ parts, codes, list, seed }) => {
        const place = new PoisonedMemory(engine);
        const tables = tablesOf(parts, seed);
        const n = codes.length / parts;
        const expected = Array.from({ length: n }, (_, row) =>
          [...codes.subarray(row * parts, (row + 1) * parts)].reduce(
            (sum, code, part) => sum + (tables[part * 256 + code] ?? 0),
            0,
          ),
        );
        const scores = place.float32(new Float32Array(n).fill(Number.NaN));
        const call = { parts, codes: place.uint8(codes), tables: place.float32(tables), scores };
        place.run([scores], (memory) => sumCodes(memory, call));
        expect([...scores]).toEqual(expected);
        const listed = place.float32(new Float32Array(list.length).fill(Number.NaN));
        const rows = place.uint32(list);
        place.run([listed], (memory) => sumCodesListed(memory, { ...call, scores: listed, list: rows }));
        expect([...listed]).toEqual(list.map((row) => expected[row]));
      }),
    );
  });

  it('gives the same bits from a list as in a row', () => {
    const place = new PoisonedMemory(engine);
    const tables = place.float32(Float32Array.from({ length: 3 * 256 }, (_, at) => Math.sin(at)));
    const codes = place.uint8(Uint8Array.from({ length: 33 }, (_, at) => (at * 37) % 256));
    const [scores, listed] = [place.float32(new Float32Array(11)), place.float32(new Float32Array(11))];
    const list = place.uint32(Array.from({ length: 11 }, (_, at) => at));
    sumCodes(place.memory, { parts: 3, codes, tables, scores });
    sumCodesListed(place.memory, { parts: 3, codes, tables, scores: listed, list });
    expect(listed).toEqual(scores);
    const [one = 0, two = 0, three = 0] = [37 * 0, 37, 74].map((code, part) => tables[part * 256 + code]);
    expect(scores[0]).toBe(Math.fround(Math.fround(one + two) + three));
  });
});

it('refuses rows that are not there, and tables of another number of parts', () => {
  const place = new PoisonedMemory('simd');
  const call = {
    ...{ parts: 2, codes: place.uint8(new Uint8Array(6)), tables: place.float32(new Float32Array(512)) },
    ...{ scores: place.float32(new Float32Array(1)), list: place.uint32([2]) },
  };
  expect(() => sumCodesListed(place.memory, call)).not.toThrow();
  for (const change of [{ list: place.uint32([3]) }, { tables: call.tables.subarray(0, 256) }, { parts: 0 }]) {
    expect(() => sumCodesListed(place.memory, { ...call, ...change })).toThrow(
      expect.objectContaining({ code: 'SLUICE_SHAPE' }),
    );
  }
});
