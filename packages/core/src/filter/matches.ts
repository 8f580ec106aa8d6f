import type { Metadata, MetadataValue } from '../metadata.js';
import { compareUtf8 } from '../utf8-order.js';
import type { Bounds, Filter, Scalar } from './filter.js';

/**
 * Whether a document with this metadata passes: the meaning of a filter, one document at a time.
 *
 * For many documents, build columns and ask {@link filterBitmap}.
 */
export function matches(filter: Filter, metadata: Metadata = {}): boolean {
  if ('eq' in filter) return hasElement(metadata, filter.eq[0], (element) => element === filter.eq[1]);
  if ('ne' in filter) return !hasElement(metadata, filter.ne[0], (element) => element === filter.ne[1]);
  if ('in' in filter) return hasElement(metadata, filter.in[0], (element) => filter.in[1].includes(element));
  if ('range' in filter) return hasElement(metadata, filter.range[0], (element) => isWithin(element, filter.range[1]));
  if ('exists' in filter) return (valueIn(metadata, filter.exists) ?? null) !== null;
  if ('and' in filter) return filter.and.every((each) => matches(each, metadata));
  if ('or' in filter) return filter.or.some((each) => matches(each, metadata));
  return !matches(filter.not, metadata);
}

/** Only fields of its own: `constructor` is not metadata. */
function valueIn(metadata: Metadata, field: string): MetadataValue | undefined {
  return Object.hasOwn(metadata, field) ? metadata[field] : undefined;
}

function hasElement(metadata: Metadata, field: string, test: (element: Scalar) => boolean): boolean {
  const value = valueIn(metadata, field) ?? null;
  if (value === null) return false;
  return typeof value === 'object' ? value.some(test) : test(value);
}

function isWithin(element: Scalar, { gt, gte, lt, lte }: Bounds): boolean {
  if (typeof element === 'boolean') return false;
  return (
    keeps(element, gt, (order) => order > 0) &&
    keeps(element, gte, (order) => order >= 0) &&
    keeps(element, lt, (order) => order < 0) &&
    keeps(element, lte, (order) => order <= 0)
  );
}

function keeps(
  element: number | string,
  bound: number | string | undefined,
  test: (order: number) => boolean,
): boolean {
  if (bound === undefined) return true;
  if (typeof element === 'number' && typeof bound === 'number') return test(element - bound);
  if (typeof element === 'string' && typeof bound === 'string') return test(compareUtf8(element, bound));
  return false;
}
