import { expect, it } from 'vitest';
import { decodeLength, encodeLength } from './length-code.js';

// Lucene 9.9.2: SmallFloat.intToByte4(length) & 0xff and SmallFloat.byte4ToInt of it.
it.each([
  [0, 0, 0],
  [1, 1, 1],
  [24, 24, 24],
  [39, 39, 39],
  [40, 40, 40],
  [41, 40, 40],
  [42, 41, 42],
  [43, 41, 42],
  [55, 47, 54],
  [56, 48, 56],
  [57, 48, 56],
  [88, 56, 88],
  [100, 57, 96],
  [1000, 87, 984],
  [4095, 103, 3864],
  [65536, 135, 61464],
  [1000000, 167, 983064],
  [50000000, 211, 46137368],
  [2147483647, 255, 2013265944],
])('%d has code %d and is read as %d', (length, code, decoded) => {
  expect(encodeLength(length)).toBe(code);
  expect(decodeLength(code)).toBe(decoded);
});

it('gives each of the 256 codes to the length that it is read as', () => {
  for (let code = 0; code < 256; code++) expect(encodeLength(decodeLength(code))).toBe(code);
});

it('never gives a longer document a smaller code, nor reads it as longer than it is', () => {
  for (let length = 1; length < 10_000; length++) {
    expect(encodeLength(length)).toBeGreaterThanOrEqual(encodeLength(length - 1));
    expect(decodeLength(encodeLength(length))).toBeLessThanOrEqual(length);
  }
});
