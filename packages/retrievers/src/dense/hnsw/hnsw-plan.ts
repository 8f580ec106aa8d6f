import type { VectorSearchOptions } from '@sluice/core';
import { type BeamCalibration, beamFor, recallAt } from './beam-calibration.js';
import type { HnswSettings } from './hnsw-options.js';

/** How one search would be answered. */
export interface HnswPlan {
  /** `scan`: every vector that passes is compared. `walk`: the graph is walked. */
  readonly method: 'scan' | 'walk';
  /** Vectors that pass the filter, as far as is known. */
  readonly passing: number;
  /** Candidates that a walk keeps; what a scan was weighed against. Infinity: no beam is sure of the recall. */
  readonly beam: number;
  /**
   * Recall at 10 on sample queries, of the beam or the scan, where it was measured. 1 of a scan of float32; one of compact
   * rows finds what these keep.
   */
  readonly measuredRecall: number | undefined;
}

/** What a plan is made for. */
export interface PlannedIndex {
  readonly size: number;
  readonly settings: HnswSettings;
  /** What was measured last, if anything was. */
  readonly calibration: BeamCalibration | undefined;
}

/** How a search would be answered by what is known, `passing` being the vectors that pass its filter. */
export function planSearch(
  { topK, recall }: VectorSearchOptions,
  passing: number,
  { size, settings, calibration }: PlannedIndex,
): HnswPlan {
  const asks = recall !== undefined && recall < 1 && passing > settings.scanBelow;
  const known = asks ? calibration : undefined;
  const beam = known ? beamFor(known, { recall: recall ?? 1, topK, size }) : Math.max(topK, settings.beam);
  const isScan = recall === 1 || passing <= settings.scanBelow || isScanFaster(passing, beam, size);
  if (!isScan) return { method: 'walk', passing, beam, measuredRecall: calibration && recallAt(calibration, beam) };
  const measuredRecall = settings.storage === 'float32' ? 1 : calibration?.scanRecall;
  return { method: 'scan', passing, beam, measuredRecall };
}

/** A walk computes about ten distances for each place in its beam, and a scan one for each vector. */
function isScanFaster(passing: number, beam: number, size: number): boolean {
  if (passing <= 2 * beam) return true;
  return passing < size && passing * passing <= 5 * beam * size;
}
