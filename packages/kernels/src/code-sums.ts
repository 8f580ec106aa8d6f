import { sumCodesListedReference, sumCodesReference } from './code-sums.reference.js';
import { ShapeError } from './errors/index.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';

/** Entries of a table: a code is a byte. */
export const CODEWORDS = 256;

/** Views of the kernel memory, aligned to 16 bytes. */
export interface CodeSums {
  /** Row-major, `parts` bytes a row. */
  readonly codes: Uint8Array;
  /** Bytes of a row. */
  readonly parts: number;
  /** `parts` tables of {@link CODEWORDS} numbers, one after the other. */
  readonly tables: Float32Array;
  /** Overwritten with one sum a row. */
  readonly scores: Float32Array;
}

/** As {@link CodeSums} for a list of rows. */
export interface ListedCodeSums extends CodeSums {
  /** Which rows, in any order. */
  readonly list: Uint32Array;
}

/**
 * Sums of table entries: what a query scores against product-quantized rows (asymmetric distance computation).
 * Allocates nothing.
 *
 * A row's sum runs over its parts in order: the bits do not depend on the engine or on whether rows are listed.
 *
 * Source: Jégou, Douze and Schmid, "Product quantization for nearest neighbor search", 2011.
 * Oracle: `code-sums.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function sumCodes(memory: KernelMemory, call: CodeSums): void {
  const { codes, parts, tables, scores } = call;
  expectTables(memory, call);
  memory.expectLength('scores', scores, memory.rowsOf('codes', codes, parts));
  const { kernels } = memory;
  if (!kernels) {
    sumCodesReference(call);
    return;
  }
  kernels.sumCodes(codes.byteOffset, tables.byteOffset, scores.byteOffset, scores.length, parts);
}

/**
 * As {@link sumCodes} for chosen rows, in the order of the list.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not in `codes`
 */
export function sumCodesListed(memory: KernelMemory, call: ListedCodeSums): void {
  const { codes, parts, tables, scores, list } = call;
  expectTables(memory, call);
  memory.expectView('list', list);
  memory.expectLength('scores', scores, list.length);
  expectRows(list, memory.rowsOf('codes', codes, parts));
  const { kernels } = memory;
  if (!kernels) {
    sumCodesListedReference(call);
    return;
  }
  const { length } = list;
  kernels.sumCodesListed(codes.byteOffset, list.byteOffset, tables.byteOffset, scores.byteOffset, length, parts);
}

function expectTables(memory: KernelMemory, { parts, tables }: CodeSums): void {
  if (!(Number.isInteger(parts) && parts >= 1)) throw new ShapeError('parts', `${parts} is not a number of parts`);
  memory.expectLength('tables', tables, parts * CODEWORDS);
}
