import type { Float32Metric, KernelMemory, Region } from '@sluice/kernels';
import type { RowOrdinals } from './row-ordinals.js';

/** One query, padded, against rows. Views of kernel memory, of which `list` holds the rows. */
export interface ListedRowsCall {
  readonly metric: Float32Metric;
  readonly query: Float32Array;
  readonly list: Uint32Array;
  /** Overwritten, one a listed row. */
  readonly scores: Float32Array;
}

/** Queries, padded, against rows `start` to `end - 1`. Views of kernel memory. */
export interface BlockCall {
  readonly metric: Float32Metric;
  readonly queries: Float32Array;
  readonly start: number;
  readonly end: number;
  /** Overwritten, queries x rows. */
  readonly scores: Float32Array;
}

/**
 * Rows that can be compared with queries in float32, however they are stored.
 *
 * Where `access` is `decoded`, each method needs scratch memory of 4 x `columns` bytes a row that it is asked for;
 * where it is `in-place` it needs none, but for {@link copy}.
 */
export interface ScannedRows extends RowOrdinals {
  readonly memory: KernelMemory;
  readonly access: 'in-place' | 'decoded';
  /** Numbers of a row that count. */
  readonly dimensions: number;
  /** Numbers from row to row: `dimensions` rounded up to whole kernel steps. */
  readonly columns: number;

  /** Rows `start` to `end - 1`, row-major. */
  block(start: number, end: number, scratch: Region): Float32Array;

  /** Listed rows, row-major, in `scratch`. */
  copy(list: Uint32Array, scratch: Region): Float32Array;

  scoreListed(call: ListedRowsCall, scratch: Region): void;

  /**
   * Where rows can be compared in a form of their own, without scratch memory.
   *
   * @default by {@link block}
   */
  scoreBlock?(call: BlockCall): void;
}
