import type { Bounds, Filter, Scalar } from './filter.js';
import { parseFilter } from './parse-filter.js';

/** Conditions on one field. `Value` is what the field holds; ranges are for numbers and strings. */
export interface Field<Value extends Scalar> {
  /** The field, or one of its elements, is `value`. */
  eq(value: Value): Filter;
  /** Not `eq`: also true where the field is absent. */
  ne(value: Value): Filter;
  /** The field, or one of its elements, is among `values`. */
  in(values: readonly Value[]): Filter;
  /** The field is there and not null. */
  exists(): Filter;
  gt(bound: Value & (number | string)): Filter;
  gte(bound: Value & (number | string)): Filter;
  lt(bound: Value & (number | string)): Filter;
  lte(bound: Value & (number | string)): Filter;
  /** Several bounds at once; one element must keep them all. */
  range(bounds: Bounds): Filter;
}

/**
 * Conditions on a metadata field.
 *
 * @throws {InvalidFilterError} from each condition, when its value is NaN, infinite, or out of bounds in another way
 * @example and(field('language').eq('en'), field<number>('year').gte(2020), not(field('draft').eq(true)))
 */
export function field<Value extends Scalar = Scalar>(name: string): Field<Value> {
  const range = (bounds: Bounds): Filter => parseFilter({ range: [name, bounds] });
  return {
    eq: (value) => parseFilter({ eq: [name, value] }),
    ne: (value) => parseFilter({ ne: [name, value] }),
    in: (values) => parseFilter({ in: [name, values] }),
    exists: () => ({ exists: name }),
    gt: (gt) => range({ gt }),
    gte: (gte) => range({ gte }),
    lt: (lt) => range({ lt }),
    lte: (lte) => range({ lte }),
    range,
  };
}

/** All of them; with none, every document. */
export function and(...filters: readonly Filter[]): Filter {
  return { and: filters };
}

/** At least one of them; with none, no document. */
export function or(...filters: readonly Filter[]): Filter {
  return { or: filters };
}

/** The documents that do not pass `filter`. */
export function not(filter: Filter): Filter {
  return { not: filter };
}
