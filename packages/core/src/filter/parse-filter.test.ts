import fc from 'fast-check';
import { expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { InvalidFilterError } from '../errors/invalid-filter-error.js';
import { field, not } from './field.js';
import type { Filter } from './filter.js';
import { anyFilter } from './filter-arbitrary.fixture.js';
import { filterSchema, maxFilterDepth, maxFilterList, parseFilter } from './parse-filter.js';

it('reads every filter back from its JSON', () => {
  fc.assert(
    fc.property(anyFilter, (filter) => {
      const json = JSON.parse(JSON.stringify(filter));
      expect(parseFilter(json)).toEqual(json);
    }),
  );
});

it.each([
  { why: 'no object', value: 7, path: '' },
  { why: 'an array', value: [], path: '' },
  { why: 'null', value: null, path: '' },
  { why: 'no key', value: {}, path: '' },
  { why: 'two keys', value: { exists: 'a', eq: ['a', 1] }, path: '' },
  { why: 'an unknown key', value: { like: ['a', 'b'] }, path: '' },
  { why: 'an inherited key', value: JSON.parse('{"__proto__": {"exists": "a"}}'), path: '' },
  { why: 'a value that is an object', value: { eq: ['a', { $gt: 1 }] }, path: 'eq.1' },
  { why: 'null as a value', value: { eq: ['a', null] }, path: 'eq.1' },
  { why: 'NaN', value: { eq: ['a', Number.NaN] }, path: 'eq.1' },
  { why: 'infinity', value: { and: [{ range: ['a', { gte: Number.POSITIVE_INFINITY }] }] }, path: 'and.0.range.1.gte' },
  { why: 'no field', value: { eq: ['', 1] }, path: 'eq.0' },
  { why: 'no bounds', value: { range: ['a', {}] }, path: 'range.1' },
  { why: 'bounds of two types', value: { range: ['a', { gt: 1, lt: 'b' }] }, path: 'range.1' },
  { why: 'an unknown bound', value: { range: ['a', { min: 1 }] }, path: 'range.1' },
  {
    why: 'a wrong part of a wrong part',
    value: { or: [{ exists: 'a' }, { not: { in: ['a', [1, []]] } }] },
    path: 'or.1.not.in.1.1',
  },
])('refuses $why and names the place', ({ value, path }) => {
  const refusal = expect.objectContaining({ code: 'SLUICE_INVALID_FILTER', path });
  expect(() => parseFilter(value)).toThrow(refusal);
});

it('reads 64 levels and refuses the 65th', () => {
  const nested = (levels: number): Filter => (levels === 1 ? { exists: 'a' } : not(nested(levels - 1)));
  expect(() => parseFilter(nested(maxFilterDepth))).not.toThrow();
  expect(() => parseFilter(nested(maxFilterDepth + 1))).toThrow(InvalidFilterError);
});

it('refuses a longer list than the limit', () => {
  const values = new Array(maxFilterList + 1).fill(0);
  expect(() => parseFilter({ in: ['a', values] })).toThrow(expect.objectContaining({ path: 'in.1' }));
});

it('is a schema inside other schemas', () => {
  const request = z.strictObject({ filter: filterSchema });
  expect(request.parse({ filter: { exists: 'a' } })).toEqual({ filter: { exists: 'a' } });
  const wrong = request.safeParse({ filter: { and: [{ eq: ['a', null] }] } });
  expect(wrong.error?.issues[0]?.path).toEqual(['filter', 'and', '0', 'eq', '1']);
});

it('types fields by what they hold', () => {
  expectTypeOf(field<number>('year').gte).parameter(0).toEqualTypeOf<number>();
  expectTypeOf(field<boolean>('draft').gte).parameter(0).toEqualTypeOf<never>();
  expectTypeOf(field<'en' | 'de'>('language').eq).parameter(0).toEqualTypeOf<'en' | 'de'>();
  expect(() => field('year').eq(Number.NaN)).toThrow(InvalidFilterError);
});
