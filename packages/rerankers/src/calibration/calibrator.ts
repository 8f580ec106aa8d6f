import type { Json } from '@sluice/core';

/** Scores of one kind and what was true, pair by pair; what a calibrator learns from. */
export interface LabelledScores {
  /** Larger means more relevant; finite. */
  readonly scores: Float32Array | Float64Array;
  /** 1 relevant, 0 not; as long as `scores`. Both must occur. */
  readonly labels: Uint8Array;
}

/** How the fit of a calibrator is stopped. */
export interface FitOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Turns scores of one source into probabilities of relevance.
 *
 * Never decreasing, so it cannot change an order; it may make equal what was different. Fitted on labelled pairs of
 * queries that have no part in the evaluation: split by query, never by pair.
 */
export interface Calibrator {
  readonly kind: string;
  /** Probabilities, 0 to 1, one for each score, in their order. Allocates the result only. */
  probabilities(scores: Float32Array): Float32Array;
  /** What `loadCalibrator` needs to make it again. */
  toJSON(): Json;
}
