import fc from 'fast-check';
import type { Metadata } from '../metadata.js';
import type { Filter, Scalar } from './filter.js';

/** Few names and values, so that filters hit; odd ones among them. */
const names = fc.constantFrom('year', 'language', 'tags', '__proto__', 'constructor', '');
const numbers = fc.constantFrom(-1.5, -0, 0, 1, 2, 2020, 1e300, Number.MIN_VALUE);
const strings = fc.constantFrom('', 'a', 'b', 'ab', 'é', '\uffff', '\u{10000}', '2020');
const scalars: fc.Arbitrary<Scalar> = fc.oneof(numbers, strings, fc.boolean());
const bounds = fc.oneof(
  fc.dictionary(fc.constantFrom('gt', 'gte', 'lt', 'lte'), numbers, { minKeys: 1, noNullPrototype: true }),
  fc.dictionary(fc.constantFrom('gt', 'gte', 'lt', 'lte'), strings, { minKeys: 1, noNullPrototype: true }),
);
const filterNames = names.filter((name) => name !== '');

/** Valid filters, up to three levels deep. */
export const anyFilter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ eq: fc.tuple(filterNames, scalars) }, { noNullPrototype: true }),
    fc.record({ ne: fc.tuple(filterNames, scalars) }, { noNullPrototype: true }),
    fc.record({ in: fc.tuple(filterNames, fc.array(scalars, { maxLength: 4 })) }, { noNullPrototype: true }),
    fc.record({ range: fc.tuple(filterNames, bounds) }, { noNullPrototype: true }),
    fc.record({ exists: filterNames }, { noNullPrototype: true }),
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }, { noNullPrototype: true }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }, { noNullPrototype: true }),
    fc.record({ not: tie('filter') }, { noNullPrototype: true }),
  ),
})).filter;

/** Metadata with nulls, lists, fields of mixed types, and names that objects inherit. */
export const anyMetadata: fc.Arbitrary<Metadata> = fc
  .array(
    fc.tuple(names, fc.oneof(scalars, fc.constant(null), fc.constant(Number.NaN), fc.array(scalars, { maxLength: 3 }))),
    { maxLength: 5 },
  )
  .map((entries) => Object.fromEntries(entries));
