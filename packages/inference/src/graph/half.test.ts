import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tensorToFloat32 } from '../safetensors.js';
import { halfBits } from './half.js';

/** Numbers of halves, by the reader that is tested against other implementations. */
function numbersOf(halves: Uint16Array): Float32Array {
  const bytes = new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength);
  return tensorToFloat32({ type: 'F16', shape: [halves.length], bytes }, 'halves');
}

it('gives every finite float16 back', () => {
  const finite = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
  expect(Uint16Array.from(numbersOf(finite), halfBits)).toEqual(finite);
});

it('takes the nearest float16, and the largest one for what is larger', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (value) => {
      const bits = halfBits(value);
      const kept = Math.max(-65504, Math.min(65504, value));
      const distance = (half: number): number => Math.abs((numbersOf(Uint16Array.of(half))[0] ?? 0) - kept);
      for (const other of [bits - 1, bits + 1]) {
        if ((other & 0x7fff) < 0x7c00 && other >= 0 && other < 2 ** 16) {
          expect(distance(bits)).toBeLessThanOrEqual(distance(other));
        }
      }
    }),
    { numRuns: 2000 },
  );
});
