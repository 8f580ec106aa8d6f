import type { KernelMemory } from './memory.js';
import { scaleIntegersReference } from './scale-integers.reference.js';

/** Views of the kernel memory, aligned to 16 bytes: q queries, n rows. */
export interface ScaleIntegersCall {
  /** q x n products or distances, row-major; overwritten with float32 scores of the same size. */
  readonly values: Int32Array;
  /** n factors. */
  readonly rowScales: Float32Array;
  /** q factors. */
  readonly queryScales: Float32Array;
}

/**
 * Turns integers into float32 scores in place: `value * queryScale * rowScale`, rounded after each step.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function scaleIntegers(memory: KernelMemory, call: ScaleIntegersCall): void {
  const { values, rowScales, queryScales } = call;
  memory.expectView('rowScales', rowScales);
  memory.expectView('queryScales', queryScales);
  memory.expectLength('values', values, queryScales.length * rowScales.length);
  if (!memory.kernels) {
    scaleIntegersReference(call);
    return;
  }
  memory.kernels.scaleIntegers(
    values.byteOffset,
    rowScales.byteOffset,
    queryScales.byteOffset,
    queryScales.length,
    rowScales.length,
  );
}
