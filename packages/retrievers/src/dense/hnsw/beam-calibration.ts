import { z } from 'zod';

/** What a beam found of the ten nearest, on average. */
export interface BeamRecall {
  readonly beam: number;
  readonly recall: number;
}

/** What walks found of what exact search finds, measured on sample queries. */
export interface BeamCalibration {
  /** Vectors at the time. */
  readonly size: number;
  /** Queries that were asked. */
  readonly queries: number;
  /**
   * `stored`: vectors of the index, left out of their own answers, and points halfway between two.
   * `given`: the owner's.
   */
  readonly source: 'stored' | 'given';
  /** Ascending beams. */
  readonly points: readonly BeamRecall[];
}

export const beamCalibrationSchema: z.ZodType<BeamCalibration> = z.strictObject({
  size: z.int().min(1),
  queries: z.int().min(1),
  source: z.enum(['stored', 'given']),
  points: z
    .array(z.strictObject({ beam: z.int().min(1).max(65_536), recall: z.number().min(0).max(1) }))
    .min(1)
    .refine((points) => points.every(({ beam }, at) => beam > (points[at - 1]?.beam ?? 0)), 'must ascend'),
});

/** Beams that are measured, until one finds all but this share. */
export const MEASURED_BEAMS: readonly number[] = [12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024];
export const MEASURED_ENOUGH = 0.9985;
/** Neighbours whose recall is measured. */
export const MEASURED_DEPTH = 10;
/** What is wanted of the sample: this share of the misses that are allowed, because it is one of many samples. */
const ALLOWED_MISSES = 0.6;

/** The least beam of a small index, for a recall: so many times 1 / (1 - recall), up to a limit. */
const LEAST_WIDTHS = 4;
const WIDEST_LEAST = 96;
const SMALL_SIZE = 8000;

/** The recall of a sample that is held to be enough for `recall` on queries to come. */
export function sampleRecallFor(recall: number): number {
  return 1 - (1 - recall) * ALLOWED_MISSES;
}

/**
 * The width of a beam that finds `recall` of the `topK` nearest of `size` vectors, by what was measured.
 *
 * Where the sample is not the owner's, it is never narrower than 4 / (1 - recall), up to 96, and less in indexes of more
 * than 8,000: queries may be unlike the sample, and in a small index width costs little. Between two measured beams it is interpolated, beyond the widest it is twice that; it grows with the square root of
 * what the index and `topK` have grown by.
 */
export function beamFor(
  { points, source, size: measured }: BeamCalibration,
  { recall, topK, size }: { recall: number; topK: number; size: number },
): number {
  const wanted = sampleRecallFor(recall);
  const at = points.findIndex((point) => point.recall >= wanted);
  const growth = Math.max(1, size / measured) * Math.max(1, topK / MEASURED_DEPTH);
  const least = source === 'given' ? 0 : leastFor(recall, size);
  return Math.max(topK, Math.ceil(Math.max(least, widthAt(points, at, wanted)) * Math.sqrt(growth)));
}

function leastFor(recall: number, size: number): number {
  return Math.min(WIDEST_LEAST, LEAST_WIDTHS / (1 - recall)) * Math.min(1, Math.sqrt(SMALL_SIZE / size));
}

function widthAt(points: readonly BeamRecall[], at: number, wanted: number): number {
  const point = points[at];
  if (!point) return 2 * (points[points.length - 1]?.beam ?? 1);
  const before = points[at - 1];
  if (!before) return point.beam;
  const share = (wanted - before.recall) / (point.recall - before.recall);
  return before.beam * (point.beam / before.beam) ** share;
}

/** The recall that was measured at a beam or the widest measured one below it; `undefined` below all of them. */
export function recallAt({ points }: BeamCalibration, beam: number): number | undefined {
  return points.findLast((point) => point.beam <= beam)?.recall;
}
