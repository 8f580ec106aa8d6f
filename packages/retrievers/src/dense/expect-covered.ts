import { type Bitmap, InvalidInputError } from '@sluice/core';
import type { RowOrdinals } from './flat/row-ordinals.js';

/** @throws {InvalidInputError} an ordinal of the rows is beyond the filter's end */
export function expectCovered({ size }: Bitmap, rows: RowOrdinals): void {
  if (size >= rows.ordinalBound) return;
  const outside = rows.ordinals().find((ordinal) => ordinal >= size && rows.rowOf(ordinal) !== -1);
  if (outside === undefined) return;
  const problem = `the filter's size is ${size} and ordinal ${outside} is in the index`;
  throw new InvalidInputError({ source: 'filter' }, problem, 'Make the filter as large as the greatest ordinal + 1.');
}
