import { expect, it } from 'vitest';
import { and, field, not, or } from './field.js';
import type { Filter } from './filter.js';
import { matches } from './matches.js';

const document = { year: 2021, language: 'en', tags: ['water', 'gate'], draft: false, editor: null, empty: [] };

it.each<{ why: string; filter: Filter; passes: boolean }>([
  { why: 'equal', filter: field('year').eq(2021), passes: true },
  { why: 'of another type', filter: field('year').eq('2021'), passes: false },
  { why: 'false is a value', filter: field('draft').eq(false), passes: true },
  { why: 'not equal', filter: field('language').ne('de'), passes: true },
  { why: 'ne of an absent field', filter: field('absent').ne('de'), passes: true },
  { why: 'ne of a list that holds it', filter: field('tags').ne('gate'), passes: false },
  { why: 'among', filter: field('language').in(['de', 'en']), passes: true },
  { why: 'among none', filter: field('language').in([]), passes: false },
  { why: 'an element of a list', filter: field('tags').in(['gate', 'lock']), passes: true },
  { why: 'the bound itself, inclusive', filter: field<number>('year').gte(2021), passes: true },
  { why: 'the bound itself, exclusive', filter: field<number>('year').gt(2021), passes: false },
  { why: 'below', filter: field<number>('year').lt(2022), passes: true },
  { why: 'two bounds', filter: field('year').range({ gte: 2020, lte: 2021 }), passes: true },
  { why: 'strings in byte order', filter: field<string>('language').gt('de'), passes: true },
  { why: 'a string bound on a number', filter: field<string>('year').gt('0'), passes: false },
  { why: 'a range on a boolean', filter: field<number>('draft').gte(0), passes: false },
  { why: 'one element keeps both bounds', filter: field('tags').range({ gt: 'h', lt: 'v' }), passes: false },
  { why: 'exists', filter: field('year').exists(), passes: true },
  { why: 'null does not exist', filter: field('editor').exists(), passes: false },
  { why: 'an empty list exists', filter: field('empty').exists(), passes: true },
  { why: 'an inherited name is no field', filter: field('constructor').exists(), passes: false },
  { why: 'and of nothing', filter: and(), passes: true },
  { why: 'or of nothing', filter: or(), passes: false },
  { why: 'one of two', filter: or(field('year').eq(1), field('language').eq('en')), passes: true },
  { why: 'both of two', filter: and(field('year').eq(1), field('language').eq('en')), passes: false },
  { why: 'negation', filter: not(field('year').eq(1)), passes: true },
])('$why', ({ filter, passes }) => {
  expect(matches(filter, document)).toBe(passes);
});
