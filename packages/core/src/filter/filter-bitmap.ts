import { Bitmap } from '../bitmap.js';
import { compareUtf8 } from '../utf8-order.js';
import type { Bounds, Filter, Scalar } from './filter.js';
import type { FieldColumns, MetadataColumns, Postings } from './metadata-columns.js';

/**
 * The documents that pass. Equal to asking `matches` of each.
 *
 * O(log values + documents found) for a condition, O(size / 32) for each combination.
 */
export function filterBitmap(filter: Filter, columns: MetadataColumns): Bitmap {
  const { size, fields } = columns;
  if ('eq' in filter) return withValues(fields.get(filter.eq[0]), [filter.eq[1]], size);
  if ('ne' in filter) return withValues(fields.get(filter.ne[0]), [filter.ne[1]], size).not();
  if ('in' in filter) return withValues(fields.get(filter.in[0]), filter.in[1], size);
  if ('range' in filter) return withinBounds(fields.get(filter.range[0]), filter.range[1], size);
  if ('exists' in filter) return new Bitmap(size, fields.get(filter.exists)?.present.words.slice());
  if ('and' in filter) {
    return filter.and.reduce((all, each) => all.and(filterBitmap(each, columns)), Bitmap.full(size));
  }
  if ('or' in filter) {
    return filter.or.reduce((any, each) => any.or(filterBitmap(each, columns)), new Bitmap(size));
  }
  return filterBitmap(filter.not, columns).not();
}

function withValues(field: FieldColumns | undefined, values: readonly Scalar[], size: number): Bitmap {
  const found = new Bitmap(size);
  if (!field) return found;
  for (const value of values) {
    if (typeof value === 'boolean') addBits(found, value ? field.whereTrue : field.whereFalse);
    else addWithin(found, field, { gte: value, lte: value });
  }
  return found;
}

function withinBounds(field: FieldColumns | undefined, bounds: Bounds, size: number): Bitmap {
  const found = new Bitmap(size);
  if (field) addWithin(found, field, bounds);
  return found;
}

function addWithin(found: Bitmap, { numbers, strings }: FieldColumns, bounds: Bounds): void {
  const numeric = allOf(bounds, (bound) => typeof bound === 'number');
  if (numeric)
    addDocuments(
      found,
      numbers,
      rangeOf(numbers.values, numeric, (left, right) => left - right),
    );
  const textual = allOf(bounds, (bound) => typeof bound === 'string');
  if (textual) addDocuments(found, strings, rangeOf(strings.values, textual, compareUtf8));
}

interface BoundsOn<Value> {
  readonly gt: Value | undefined;
  readonly gte: Value | undefined;
  readonly lt: Value | undefined;
  readonly lte: Value | undefined;
}

/** The bounds, if all that are there are of one type; values of another type never match. */
function allOf<Value extends number | string>(
  { gt, gte, lt, lte }: Bounds,
  is: (bound: number | string) => bound is Value,
): BoundsOn<Value> | undefined {
  const fits = (bound: number | string | undefined): bound is Value | undefined => bound === undefined || is(bound);
  return fits(gt) && fits(gte) && fits(lt) && fits(lte) ? { gt, gte, lt, lte } : undefined;
}

/** Positions of the values within bounds, from and to (exclusive). */
function rangeOf<Value>(
  values: ArrayLike<Value>,
  { gt, gte, lt, lte }: BoundsOn<Value>,
  compare: (left: Value, right: Value) => number,
): readonly [from: number, to: number] {
  /** First position whose value is not below the bound; `after`: whose value is above it. */
  const first = (bound: Value | undefined, side: 'at' | 'after'): number | undefined => {
    if (bound === undefined) return undefined;
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const value = values[middle];
      const order = value === undefined ? 1 : compare(value, bound);
      if (order > 0 || (order === 0 && side === 'at')) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const from = Math.max(first(gte, 'at') ?? 0, first(gt, 'after') ?? 0);
  const to = Math.min(first(lt, 'at') ?? values.length, first(lte, 'after') ?? values.length);
  return [from, to];
}

function addDocuments(found: Bitmap, { offsets, documents }: Postings, [from, to]: readonly [number, number]): void {
  if (from >= to) return;
  for (const document of documents.subarray(offsets[from], offsets[to])) found.add(document);
}

function addBits(found: Bitmap, more: Bitmap): void {
  for (const [at, word] of more.words.entries()) found.words[at] = (found.words[at] ?? 0) | word;
}
