import { ShapeError } from './errors/index.js';

/** @throws {ShapeError} a listed row is not below `rows` */
export function expectRows(list: Uint32Array, rows: number): void {
  for (const row of list) {
    if (row >= rows) throw new ShapeError('list', `row ${row} is not one of ${rows}`);
  }
}
