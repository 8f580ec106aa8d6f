import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { scaleIntegers } from './index.js';

const factors = (max: number) =>
  fc.array(fc.float({ min: Math.fround(0.001), max: 10, noNaN: true }), { maxLength: max });

it.each(['simd', 'scalar'] as const)('multiplies in place and stays inside its views (%s)', (engine) => {
  fc.assert(
    fc.property(factors(4), factors(11), fc.integer({ min: 1, max: 1_000_000 }), (byQuery, byRow, largest) => {
      const place = new PoisonedMemory(engine);
      const integers = Array.from({ length: byQuery.length * byRow.length }, (_, at) => ((at * 7919) % largest) - 500);
      const values = place.int32(integers);
      const call = { values, rowScales: place.float32(byRow), queryScales: place.float32(byQuery) };
      place.run([values], (memory) => scaleIntegers(memory, call));
      const scores = new Float32Array(values.buffer, values.byteOffset, values.length);
      for (const [at, score] of scores.entries()) {
        const exact =
          (integers[at] ?? 0) * (byQuery[Math.floor(at / byRow.length)] ?? 0) * (byRow[at % byRow.length] ?? 0);
        expect(Math.abs(score - exact)).toBeLessThanOrEqual(Math.abs(exact) * 2 ** -22);
      }
    }),
  );
});
