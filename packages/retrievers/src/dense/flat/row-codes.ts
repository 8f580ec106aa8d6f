import type { Region } from '@sluice/kernels';

/** A group of queries as codes see them: kept in kernel memory, numbered as they came. */
export interface CodedQueries {
  /**
   * Scores of all queries with rows `start` to `end - 1`, queries x rows.
   *
   * @param target kernel memory, overwritten
   */
  score(start: number, end: number, target: Region): void;

  /** How far the score of a row by its codes may be from its true one. `Infinity`: not known. */
  boundOf(query: number): number;

  close(): void;
}

/** Codes of rows, from which scores are quick and nearly right. */
export interface RowCodes {
  /** @param queries row-major, padded */
  code(queries: Float32Array, count: number): CodedQueries;
}
