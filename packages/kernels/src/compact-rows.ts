import { decodeCompactReference } from './compact-rows.reference.js';
import { ShapeError } from './errors/index.js';
import { INT8_COLUMNS } from './int8.js';
import { expectRows } from './listed-rows.js';
import type { KernelMemory } from './memory.js';

/** Views of the kernel memory, aligned to 16 bytes. */
export interface DecodeCompactCall {
  /** Row-major, `stride` codes a row, -127 to 127. */
  readonly codes: Int8Array;
  /** A bit a code, from the lowest of each byte: `stride / 8` bytes a row. */
  readonly bits: Uint8Array;
  /** One a row: what its codes are multiplied by. */
  readonly scales: Float32Array;
  /** One a row: what is added where the bit is set, and taken away where it is not. */
  readonly steps: Float32Array;
  /** Which rows, in any order. */
  readonly list: Uint32Array;
  /** Overwritten with `columns` numbers a listed row: `width` decoded ones, then zeros. */
  readonly target: Float32Array;
  /** Codes of a row: a multiple of {@link INT8_COLUMNS}, at most 65,536. */
  readonly stride: number;
  /** Codes of a row that count: at most `stride`. */
  readonly width: number;
  /** Numbers from row to row of the target: from `width` to `stride`. */
  readonly columns: number;
}

/**
 * Decodes rows of nine bits a number: `codes[c] * scale + step` or `- step`, each operation rounded to float32.
 * Allocates nothing. The bits of a result do not depend on the engine.
 *
 * Oracle: `compact-rows.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not there
 */
export function decodeCompact(memory: KernelMemory, call: DecodeCompactCall): void {
  const { codes, bits, scales, steps, list, target, stride, width, columns } = call;
  expectWidths(call);
  const rows = memory.rowsOf('codes', codes, stride);
  memory.expectLength('bits', bits, (rows * stride) / 8);
  memory.expectLength('scales', scales, rows);
  memory.expectLength('steps', steps, rows);
  memory.expectView('list', list);
  memory.expectLength('target', target, list.length * columns);
  expectRows(list, rows);
  const { kernels } = memory;
  if (!kernels) {
    decodeCompactReference(call);
    return;
  }
  const [numbers, signs, from] = [scales.byteOffset, bits.byteOffset, list.byteOffset];
  const stepsAt = steps.byteOffset;
  const n = list.length;
  kernels.decodeCompact(codes.byteOffset, signs, numbers, stepsAt, from, target.byteOffset, n, stride, width, columns);
}

function expectWidths({ stride, width, columns }: DecodeCompactCall): void {
  if (!(stride > 0 && stride <= 65_536 && stride % INT8_COLUMNS === 0)) {
    throw new ShapeError('stride', `${stride} is not a multiple of ${INT8_COLUMNS} up to 65,536`);
  }
  if (!(Number.isInteger(width) && width >= 0 && width <= columns)) {
    throw new ShapeError('width', `${width} is not a number of codes up to ${columns}`);
  }
  if (!(Number.isInteger(columns) && columns <= stride)) {
    throw new ShapeError('columns', `${columns} is not a number of columns up to ${stride}`);
  }
}
