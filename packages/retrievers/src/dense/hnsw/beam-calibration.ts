import { z } from 'zod';

/** What a beam found of the ten nearest, on average. */
export interface BeamRecall {
  readonly beam: number;
  readonly recall: number;
  /** Standard error of the recall, as the mean of the queries' own. */
  readonly error: number;
}

/** What walks found of what exact search finds, measured on sample queries. */
export interface BeamCalibration {
  /** Vectors at the time. */
  readonly size: number;
  /** Vectors removed or replaced since. */
  readonly removed: number;
  /** Queries that were asked. */
  readonly queries: number;
  /**
   * `stored`: vectors of the index, hidden from their own walks, some moved towards others.
   * `given`: the owner's.
   */
  readonly source: 'stored' | 'given';
  /** What comparing all found, as they are stored: no beam finds more. 1 where they are stored as they were added. */
  readonly scanRecall: number;
  /** Ascending beams. */
  readonly points: readonly BeamRecall[];
}

const share = z.number().min(0).max(1);

export const beamCalibrationSchema: z.ZodType<BeamCalibration> = z.strictObject({
  size: z.int().min(1),
  removed: z.int().min(0).default(0),
  queries: z.int().min(1),
  source: z.enum(['stored', 'given']),
  scanRecall: share.default(1),
  points: z
    .array(z.strictObject({ beam: z.int().min(1).max(65_536), recall: share, error: share.default(0) }))
    .min(1)
    .refine((points) => points.every(({ beam }, at) => beam > (points[at - 1]?.beam ?? 0)), 'must ascend'),
});

/** Beams that are measured, until one finds all but this share of what is stored. */
export const MEASURED_BEAMS: readonly number[] = [
  ...[10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192],
  ...[256, 384, 512, 768, 1024],
];
export const MEASURED_ENOUGH = 0.998;
/** Neighbours whose recall is measured. */
export const MEASURED_DEPTH = 10;
/**
 * Standard errors, one-sided 95%: of twenty samples, one promises more than there is. Each beam has an error of its own,
 * that of its queries; what `EffortCurve` promises has a wider margin, because it knows no more than their number.
 */
const CONFIDENCE = 1.64;
/** An index is measured again when it has grown or shrunk by more than this factor, or this share was removed since. */
const STALE_FACTOR = 2;
const STALE_REMOVED = 0.1;

/** The least beam of a small index, for a recall: so many times 1 / (1 - recall), up to a limit. */
const LEAST_WIDTHS = 4;
const WIDEST_LEAST = 96;
const SMALL_SIZE = 3000;

/** What is sure of a measured recall: its lower confidence bound. */
export function sureRecall({ recall, error }: Pick<BeamRecall, 'recall' | 'error'>): number {
  return Math.max(0, recall - CONFIDENCE * error);
}

/** Whether the index, of `size` vectors now, is no longer what was measured. */
export function isStale(calibration: BeamCalibration | undefined, size: number): boolean {
  if (!calibration) return true;
  if (size > STALE_FACTOR * calibration.size || STALE_FACTOR * size < calibration.size) return true;
  return calibration.removed > STALE_REMOVED * size;
}

/**
 * The least beam whose recall is at least `recall`, by its lower confidence bound; Infinity where none that was measured
 * is sure of it, and all must be compared.
 *
 * Where the sample is not the owner's, it is never narrower than 4 / (1 - recall), up to 96, and less in indexes of more
 * than 3,000: queries may be quite unlike the vectors, and in a small index width costs little.
 *
 * Between two measured beams it is interpolated. It grows with the square root of what the index and `topK` have grown
 * by.
 */
export function beamFor(
  { points, source, size: measured }: BeamCalibration,
  { recall, topK, size }: { recall: number; topK: number; size: number },
): number {
  const growth = Math.max(1, size / measured) * Math.max(1, topK / MEASURED_DEPTH);
  const least = source === 'given' ? 0 : leastFor(recall, size);
  return Math.max(topK, Math.ceil(Math.max(least, widthAt(points, recall)) * Math.sqrt(growth)));
}

function leastFor(recall: number, size: number): number {
  return Math.min(WIDEST_LEAST, LEAST_WIDTHS / (1 - recall)) * Math.min(1, SMALL_SIZE / size);
}

function widthAt(points: readonly BeamRecall[], wanted: number): number {
  const at = points.findIndex((point) => sureRecall(point) >= wanted);
  const [point, before] = [points[at], points[at - 1]];
  if (!point || !before) return point?.beam ?? Number.POSITIVE_INFINITY;
  const share = (wanted - sureRecall(before)) / (sureRecall(point) - sureRecall(before));
  return before.beam * (point.beam / before.beam) ** share;
}

/** The recall that was measured at a beam, interpolated between two; `undefined` below all of them. */
export function recallAt({ points }: BeamCalibration, beam: number): number | undefined {
  const at = points.findLastIndex((point) => point.beam <= beam);
  const [point, next] = [points[at], points[at + 1]];
  if (!point || !next) return point?.recall;
  const share = Math.log(beam / point.beam) / Math.log(next.beam / point.beam);
  return point.recall + share * (next.recall - point.recall);
}
