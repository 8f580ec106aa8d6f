import { type Bitmap, type Filter, InvalidOptionsError } from '@sluice/core';

/** Tells the documents that pass a filter: a bitmap of the space's size. */
export type BitmapOf = (filter: Filter) => Bitmap | Promise<Bitmap>;

/** @throws {InvalidOptionsError} there is a filter, and nothing that can tell who passes it */
export async function resolveFilter(
  owner: string,
  filter: Filter | undefined,
  bitmapOf: BitmapOf | undefined,
): Promise<Bitmap | undefined> {
  if (!filter) return undefined;
  if (bitmapOf) return bitmapOf(filter);
  const message = 'this retriever was made without bitmapOf, so it cannot filter';
  throw new InvalidOptionsError({ owner, issues: [{ path: 'filter', message }] });
}
