import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SurfaceTable } from './surface-table.js';

// A hash with many collisions: equality of the units must decide.
const hashOf = (word: string) => word.length % 3;

it('answers like a Map of strings', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 55 }), (words) => {
      const table = new SurfaceTable(1 << 20, 1 << 20);
      const known = new Map<string, number>();
      for (const [value, each] of words.entries()) {
        const found = table.get(`<${each}>`, 1, 1 + each.length, hashOf(each), -9);
        expect(found).toBe(known.get(each) ?? -9);
        if (found !== -9) continue;
        table.set(`<${each}>`, 1, 1 + each.length, hashOf(each), value);
        known.set(each, value);
      }
      expect(table.size).toBe(known.size);
    }),
    { numRuns: 500 },
  );
});

it('gives up on words of one hash rather than search them all', () => {
  const table = new SurfaceTable(1 << 20, 1 << 20);
  const words = Array.from({ length: 5000 }, (_, at) => `w${at}`);
  for (const [at, word] of words.entries()) table.set(word, 0, word.length, 7, at);
  const found = words.map((word) => table.get(word, 0, word.length, 7, -1));
  expect(found.every((value, at) => value === -1 || value === at)).toBe(true);
  expect(found.filter((value) => value >= 0)).toHaveLength(64);
});

it('forgets rather than grow beyond its bounds', () => {
  const few = new SurfaceTable(100, 1 << 20);
  for (let at = 0; at < 1000; at++) few.set(`w${at}`, 0, `w${at}`.length, at, at);
  expect(few.size).toBeLessThanOrEqual(100);
  const short = new SurfaceTable(1000, 100);
  for (let at = 0; at < 1000; at++) short.set(`w${at}`, 0, `w${at}`.length, at, at);
  expect(short.size).toBeLessThanOrEqual(50);
  expect(short.get('w999', 0, 4, 999, -1)).toBe(999);
});
