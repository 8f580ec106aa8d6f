import { clampScoresReference } from './clamp-scores.reference.js';
import type { KernelMemory } from './memory.js';

/** A view of the kernel memory, aligned to 16 bytes, and the bounds of its scale. */
export interface ClampScoresCall {
  /** Overwritten; no NaN. */
  readonly scores: Float32Array;
  /** Rounded to float32. */
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Brings scores back onto their scale: the cosine of a vector with itself may be rounded to 1.0000001. Before the
 * best are chosen, so that the order of ties is right.
 *
 * @throws {ShapeError} the view is outside `memory` or misaligned
 */
export function clampScores(memory: KernelMemory, call: ClampScoresCall): void {
  const { scores, minimum, maximum } = call;
  memory.expectView('scores', scores);
  if (!memory.kernels) {
    clampScoresReference(call);
    return;
  }
  memory.kernels.clampScores(scores.byteOffset, scores.length, minimum, maximum);
}
