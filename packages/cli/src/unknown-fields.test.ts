import { field, not } from '@sluice/core';
import { expect, it } from 'vitest';
import { unknownFields } from './unknown-fields.js';

it('says nothing of fields that are there', () => {
  expect(unknownFields(field('year').eq(1), ['year'])).toEqual([]);
});

it('names what was misspelled and what there is', () => {
  expect(unknownFields(not(field('yaer').eq(1)), ['path', 'year'])).toEqual([
    "--filter: no document has the field 'yaer'. Did you mean 'year'? There are: year, path.",
  ]);
  expect(unknownFields(field('author').exists(), ['path', 'year'])).toEqual([
    "--filter: no document has the field 'author'. There are: path, year.",
  ]);
  expect(unknownFields(field('year').exists(), [])).toEqual([
    "--filter: no document has the field 'year'; the documents have no metadata.",
  ]);
});

it('keeps its line short, and the cursor where it is', () => {
  const many = Array.from({ length: 1000 }, (_, at) => `field${at}`);
  const [line = ''] = unknownFields(field(`\u001b[2J${'x'.repeat(1e6)}`).exists(), many);
  expect(line.length).toBeLessThan(300);
  expect(line).not.toContain('\u001b');
  expect(line).toMatch(/ and 988 more\.$/);
});
