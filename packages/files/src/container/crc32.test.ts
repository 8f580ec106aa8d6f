import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32, tableCrc32 } from './crc32.js';

const CHECK_INPUT = new TextEncoder().encode('123456789');

it('is the CRC-32 of the catalogues (check value CBF43926)', () => {
  expect(tableCrc32(CHECK_INPUT)).toBe(0xcbf43926);
  expect(crc32(CHECK_INPUT)).toBe(0xcbf43926);
});

it("is Node's own here, and the plain one agrees with it", () => {
  expect(crc32).not.toBe(tableCrc32);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      const [head, tail] = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(tableCrc32(bytes)).toBe(crc32(bytes));
      expect(tableCrc32(tail, tableCrc32(head))).toBe(crc32(bytes));
    }),
  );
});
