import { EffortCurve } from '../effort-curve.js';

/** How much a search looks at. */
export interface LateEffort {
  /** Centroids of each query vector whose documents are looked at. */
  readonly probes: number;
  /** Documents, best by centroids, that are compared vector by vector, when ten are wanted. */
  readonly documents: number;
}

/** What it took to reach each of the true best of sample queries; Infinity for one that is never reached. */
export interface LateMeasurement {
  /** The least number of probed centroids. */
  readonly probes: Float32Array;
  /** Its place by centroids among all documents, from 1. */
  readonly places: Float32Array;
  /** Queries that these belong to. */
  readonly queries: number;
}

/** Share of the misses that are allowed which may come of documents that no probe met. */
const MISSED_BY_PROBES = 0.25;

/**
 * The least effort that surely finds a share of the true best; `undefined` where none is known to.
 *
 * A place among all documents is at least that among those that were met, so both needs together are enough.
 */
export function effortFor(recall: number, { probes, places, queries }: LateMeasurement): LateEffort | undefined {
  const probed = new EffortCurve(Float64Array.from(probes), queries).effortFor(1 - (1 - recall) * MISSED_BY_PROBES);
  if (!Number.isFinite(probed)) return undefined;
  const reached = Float64Array.from(places, (place, at) =>
    (probes[at] ?? 0) <= probed ? place : Number.POSITIVE_INFINITY,
  );
  const documents = new EffortCurve(reached, queries).effortFor(recall);
  return Number.isFinite(documents) ? { probes: probed, documents } : undefined;
}

/** The share of the sample's true best that an effort finds. */
export function measuredRecall({ probes, documents }: LateEffort, measured: LateMeasurement): number {
  if (measured.places.length === 0) return 1;
  const found = measured.places.filter((place, at) => place <= documents && (measured.probes[at] ?? 0) <= probes);
  return found.length / measured.places.length;
}
