import { expect, it } from 'vitest';
import { idSpace } from './id-space.js';

it('numbers ids in the order of the list', () => {
  const space = idSpace(['b', 'a', 'constructor']);
  expect(space.size).toBe(3);
  expect([0, 1, 2].map((ordinal) => space.idOf(ordinal))).toEqual(['b', 'a', 'constructor']);
  expect(space.ordinalOf('a')).toBe(1);
  expect(space.ordinalOf('toString')).toBeUndefined();
});

it('compares by id, not by ordinal', () => {
  const space = idSpace(['b', 'a', '\uffff', '\u{10000}']);
  expect(space.compare(0, 1)).toBeGreaterThan(0);
  expect(space.compare(2, 3)).toBeLessThan(0);
  expect(space.compare(1, 1)).toBe(0);
});

it('refuses an ordinal outside and an id given twice', () => {
  expect(() => idSpace(['a']).idOf(1)).toThrow(RangeError);
  expect(() => idSpace(['a', 'b', 'a'], 'run.trec')).toThrow(
    expect.objectContaining({ code: 'SLUICE_INVALID_INPUT', source: 'run.trec', row: 2 }),
  );
});
