/** A value that a field is compared with. */
export type Scalar = string | number | boolean;

/** Bounds of a range; at least one. Numbers compare as numbers, strings by UTF-8 bytes; other types never match. */
export interface Bounds {
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
}

/**
 * A condition on a document's metadata, in its JSON form: exactly one key.
 *
 * A field that is absent or null matches nothing but `ne` and `not`. A field that is a list matches `eq`, `in` and
 * `range` when one of its elements does; `ne` is the negation of `eq`.
 *
 * @example { "and": [{ "eq": ["language", "en"] }, { "range": ["year", { "gte": 2020 }] }] }
 */
export type Filter =
  | { readonly eq: readonly [field: string, value: Scalar] }
  | { readonly ne: readonly [field: string, value: Scalar] }
  | { readonly in: readonly [field: string, values: readonly Scalar[]] }
  | { readonly range: readonly [field: string, bounds: Bounds] }
  | { readonly exists: string }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };
