import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyFilter, anyMetadata } from './filter-arbitrary.fixture.js';
import { filterBitmap } from './filter-bitmap.js';
import { matches } from './matches.js';
import { metadataColumnsOf } from './metadata-columns-of.js';

it('finds what matches() finds, for any filter and metadata', () => {
  fc.assert(
    fc.property(fc.array(anyMetadata, { maxLength: 70 }), anyFilter, (metadata, filter) => {
      const bitmap = filterBitmap(filter, metadataColumnsOf(metadata));
      const expected = metadata.flatMap((each, ordinal) => (matches(filter, each) ? [ordinal] : []));
      expect([...bitmap.toOrdinals()]).toEqual(expected);
      expect(bitmap.size).toBe(metadata.length);
    }),
    { numRuns: 2000 },
  );
});

it('treats a document without metadata as one without fields', () => {
  const columns = metadataColumnsOf([undefined, { year: 2020 }]);
  expect([...filterBitmap({ ne: ['year', 2020] }, columns).toOrdinals()]).toEqual([0]);
});

it('gives a bitmap of its own, never that of the columns', () => {
  const columns = metadataColumnsOf([{ year: 2020 }]);
  filterBitmap({ exists: 'year' }, columns).delete(0);
  expect(filterBitmap({ exists: 'year' }, columns).count()).toBe(1);
});
