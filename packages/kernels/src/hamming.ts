import { ShapeError } from './errors/index.js';
import { hammingReference } from './hamming.reference.js';
import type { KernelMemory } from './memory.js';

/** Codes are padded with zeros to a multiple of so many bytes. */
export const BINARY_BYTES = 16;

/** Row-major views of the kernel memory, aligned to 16 bytes: q query codes, n document codes. */
export interface HammingCall {
  readonly queries: Uint8Array;
  readonly codes: Uint8Array;
  /** Overwritten with q x n distances in bits, 0 to 8 x `width`. */
  readonly distances: Int32Array;
  /** Bytes in a code: a multiple of {@link BINARY_BYTES}. */
  readonly width: number;
}

/**
 * Counts the differing bits between every query and every document. Allocates nothing.
 *
 * Oracle: `hamming.reference.ts`. Cost: `pnpm bench kernels`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length
 */
export function hamming(memory: KernelMemory, call: HammingCall): void {
  const { queries, codes, distances, width } = call;
  if (!(width > 0 && width % BINARY_BYTES === 0)) {
    throw new ShapeError('width', `${width} is not a multiple of ${BINARY_BYTES}`);
  }
  const q = memory.rowsOf('queries', queries, width);
  const n = memory.rowsOf('codes', codes, width);
  memory.expectLength('distances', distances, q * n);
  if (!memory.kernels) {
    hammingReference(call);
    return;
  }
  memory.kernels.hamming(queries.byteOffset, codes.byteOffset, distances.byteOffset, q, n, width);
}
