import { compareUtf8 } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TermDictionary } from './term-dictionary.js';

const wellFormed = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\uffee', '\u{1f600}'), maxLength: 5 });

it('numbers terms in the order of their bytes and knows no others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(wellFormed, { maxLength: 60 }), fc.array(wellFormed), (terms, others) => {
      const sorted = terms.toSorted(compareUtf8);
      const dictionary = TermDictionary.of(sorted);
      expect(dictionary.size).toBe(sorted.length);
      for (const [at, term] of sorted.entries()) {
        expect(dictionary.indexOf(term)).toBe(at);
        expect(dictionary.termAt(at)).toBe(term);
      }
      for (const other of others) expect(dictionary.indexOf(other)).toBe(sorted.indexOf(other));
    }),
  );
});

it('finds a term of a megabyte', () => {
  const long = 'x'.repeat(1_000_000);
  const dictionary = TermDictionary.of(['a', long, 'y']);
  expect([dictionary.indexOf(long), dictionary.indexOf(`${long}x`), dictionary.indexOf('y')]).toEqual([1, -1, 2]);
});
