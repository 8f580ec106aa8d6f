import { expect, it } from 'vitest';
import { BitReader } from './bit-reader.js';

it('reads behind 512 MiB, where bits are counted beyond 32 bits', () => {
  const start = 2 ** 29 + 3;
  const bytes = new Uint8Array(start + 2);
  bytes.set([0b1010_0110, 0b0000_0001], start);
  const reader = new BitReader(bytes, start, start + 2);
  expect([reader.bit(), reader.read(3), reader.read(5)]).toEqual([0, 0b011, 0b1_1010]);
  expect([reader.isOver, reader.isDone]).toEqual([false, true]);
});
