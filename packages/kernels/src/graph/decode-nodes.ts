import { ShapeError } from '../errors/index.js';
import { INT8_COLUMNS } from '../int8.js';
import { expectRows } from '../listed-rows.js';
import type { KernelMemory } from '../memory.js';
import { decodeNodesReference } from './decode-nodes.reference.js';
import { SKETCH_NUMBER_BYTES, signBytes } from './graph-layout.js';

/** Views of the kernel memory, aligned to 16 bytes: what a graph has of its nodes. */
export interface DecodeNodesCall {
  /** Row-major, `stride` codes a row. */
  readonly codes: Int8Array;
  /** A row's signs, a bit a code in whole words of 64, and its scale, which is float32; 12 bytes more. */
  readonly sketches: Uint8Array;
  /** Which rows, in any order. */
  readonly list: Uint32Array;
  /** Overwritten with `columns` numbers a listed row: `width` decoded ones, then zeros. */
  readonly target: Float32Array;
  /** Codes of a row: a multiple of {@link INT8_COLUMNS}, at most 32,768. */
  readonly stride: number;
  /** Codes of a row that count: at most `stride`. */
  readonly width: number;
  /** Numbers from row to row of the target: from `width` to `stride`. */
  readonly columns: number;
}

/**
 * Decodes nodes of a graph, of nine bits a number: `(codes[c] + 120) * scale` where the sign is set, and `(codes[c] - 120) * scale`
 * where it is not, rounded to float32. Allocates nothing. The bits of a result do not depend on the engine.
 *
 * Oracle: `decode-nodes.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not there
 */
export function decodeNodes(memory: KernelMemory, call: DecodeNodesCall): void {
  const { codes, sketches, list, target, stride, width, columns } = call;
  expectWidths(call);
  const rows = memory.rowsOf('codes', codes, stride);
  const sketchBytes = signBytes(stride) + SKETCH_NUMBER_BYTES;
  memory.expectLength('sketches', sketches, rows * sketchBytes);
  memory.expectView('list', list);
  memory.expectLength('target', target, list.length * columns);
  expectRows(list, rows);
  const { kernels } = memory;
  if (!kernels) {
    decodeNodesReference(call);
    return;
  }
  const [from, signs, at] = [codes.byteOffset, sketches.byteOffset, list.byteOffset];
  kernels.decodeNodes(from, signs, at, target.byteOffset, list.length, stride, sketchBytes, width, columns);
}

function expectWidths({ stride, width, columns }: DecodeNodesCall): void {
  if (!(stride > 0 && stride <= 32_768 && stride % INT8_COLUMNS === 0)) {
    throw new ShapeError('stride', `${stride} is not a multiple of ${INT8_COLUMNS} up to 32,768`);
  }
  if (!(Number.isInteger(width) && width >= 0 && width <= columns)) {
    throw new ShapeError('width', `${width} is not a number of codes up to ${columns}`);
  }
  if (!(Number.isInteger(columns) && columns <= stride)) {
    throw new ShapeError('columns', `${columns} is not a number of columns up to ${stride}`);
  }
}
