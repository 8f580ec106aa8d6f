import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldsOf } from './fields-of.js';
import type { Filter } from './filter.js';
import { anyFilter, anyMetadata } from './filter-arbitrary.fixture.js';
import { matches } from './matches.js';

it('finds the fields of all conditions, each once', () => {
  const filter: Filter = {
    and: [
      { or: [{ eq: ['a', 1] }, { ne: ['b', 1] }, { in: ['c', [1]] }] },
      { not: { range: ['d', { gt: 1 }] } },
      { exists: 'e' },
      { exists: 'a' },
    ],
  };
  expect(fieldsOf(filter)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(fieldsOf({ and: [] })).toEqual([]);
});

it('names all that a verdict depends on', () => {
  fc.assert(
    fc.property(anyFilter, anyMetadata, (filter, metadata) => {
      const asked = new Set(fieldsOf(filter));
      const only = Object.fromEntries(Object.entries(metadata).filter(([name]) => asked.has(name)));
      expect(matches(filter, only)).toBe(matches(filter, metadata));
    }),
  );
});
