import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Bitmap } from './bitmap.js';

/** A size around a word's border and two sets of ordinals below it. */
const sets = fc
  .integer({ min: 1, max: 130 })
  .chain((size) => fc.tuple(fc.constant(size), fc.uniqueArray(fc.nat(size - 1)), fc.uniqueArray(fc.nat(size - 1))));
const ascending = (ordinals: Iterable<number>): number[] => [...ordinals].sort((left, right) => left - right);

it('does what a set does', () => {
  fc.assert(
    fc.property(sets, ([size, some, others]) => {
      const [left, right] = [new Set(some), new Set(others)];
      const [a, b] = [Bitmap.of(size, some), Bitmap.of(size, others)];
      const all = Array.from({ length: size }, (_, at) => at);
      expect(a.count()).toBe(left.size);
      expect([...a.toOrdinals()]).toEqual(ascending(left));
      expect(all.filter((at) => a.has(at))).toEqual(ascending(left));
      expect([...a.and(b).toOrdinals()]).toEqual(all.filter((at) => left.has(at) && right.has(at)));
      expect([...a.or(b).toOrdinals()]).toEqual(all.filter((at) => left.has(at) || right.has(at)));
      expect([...a.not().toOrdinals()]).toEqual(all.filter((at) => !left.has(at)));
      expect(Bitmap.full(size).and(a).words).toEqual(a.words);
    }),
  );
});

it('forgets what is deleted, and only that', () => {
  const bitmap = Bitmap.of(70, [0, 31, 32, 69]);
  bitmap.delete(31);
  bitmap.delete(33);
  expect([...bitmap.toOrdinals()]).toEqual([0, 32, 69]);
});

it('keeps bits from its size on at zero', () => {
  for (const size of [0, 1, 31, 32, 33, 64]) {
    expect(Bitmap.full(size).count()).toBe(size);
    expect(new Bitmap(size).not().words).toEqual(Bitmap.full(size).words);
  }
});

it('refuses ordinals outside', () => {
  const bitmap = new Bitmap(10);
  for (const ordinal of [-1, 10, Number.NaN]) {
    expect(() => bitmap.add(ordinal)).toThrow(RangeError);
    expect(() => bitmap.delete(ordinal)).toThrow(RangeError);
  }
  expect(bitmap.has(10)).toBe(false);
});
