import { InvalidInputError, type Matrix, mapInSlices, parseOptions, type VectorIndex } from '@sluice/core';
import { z } from 'zod';
import { majorities } from './majorities.js';

/** What {@link AdaptiveKnn.fit} learns from. */
export interface FitAdaptiveKnnOptions {
  /** Of the training points, under ordinals 0 to n - 1. Kept: it answers `predict`. */
  readonly index: VectorIndex;
  /** The same points, n x d. */
  readonly points: Matrix;
  /** Their labels, n integers. */
  readonly labels: Int32Array;
  /**
   * Numbers of neighbours to choose from, each 1 to 1,000.
   * @default 1, 3, 5 and so on to 31
   */
  readonly ks?: readonly number[] | undefined;
  /**
   * Training points by which a number is chosen: the nearest to the question. At least 1.
   * @default 50
   */
  readonly similar?: number | undefined;
  /**
   * Training points' worth of the accuracy over all of them that is mixed into the accuracy over the similar ones, so that
   * few do not decide by luck. At least 0.
   * @default 10
   */
  readonly shrinkage?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the neighbours of a point say. */
export interface KnnPrediction {
  /** What most of the `k` nearest have; of equals, the one that is nearest. */
  readonly label: number;
  /** Share of the `k` nearest that have the label, above 0 to 1: smoothed relevance, where 1 is the label of what is relevant. */
  readonly share: number;
  readonly k: number;
  /** How often the `k` nearest were right about points like this one, 0 to 1: confidence. */
  readonly expectedAccuracy: number;
}

interface Settings {
  readonly ks: number[];
  readonly similar: number;
  readonly shrinkage: number;
}

const schema: z.ZodType<Settings> = z.strictObject({
  ks: z
    .array(z.int().min(1).max(1000))
    .min(1)
    .default(() => Array.from({ length: 16 }, (_, at) => 2 * at + 1))
    .transform((ks) => [...new Set(ks)].sort((a, b) => a - b)),
  similar: z.int().min(1).default(50),
  shrinkage: z.number().min(0).default(10),
}) as z.ZodType<Settings>;

/** Points whose neighbours are looked for in one call. */
const POINTS_A_SEARCH = 8;

/**
 * Nearest neighbours, as many of them as were right most often about points like the one in question.
 *
 * For each training point it is known with how many of its neighbours, itself left out, its label would have been found.
 * A question takes the number that did best for the training points nearest to it. The accuracy expected there is a
 * confidence that means what it says. Used on vectors of judged candidates (scores of the sources, say) with relevance as
 * the label, `share` is a smoothed relevance, and `expectedAccuracy` says how far to trust it.
 *
 * Cost: fitting, one search a training point; predicting, one search and `similar` x numbers.
 *
 * Source: arXiv 1801.01453 (the abstract: the choice of similar points, shrinkage and ties are ours).
 */
export class AdaptiveKnn {
  readonly #index: VectorIndex;
  readonly #labels: Int32Array;
  readonly #settings: Settings;
  /** n x ks, row-major: 1 where that many neighbours of the training point have its label. */
  readonly #correct: Uint8Array;
  /** Of each number of neighbours, over all training points. */
  readonly #accuracy: Float64Array;

  private constructor(index: VectorIndex, labels: Int32Array, settings: Settings, correct: Uint8Array) {
    this.#index = index;
    this.#labels = labels;
    this.#settings = settings;
    this.#correct = correct;
    this.#accuracy = new Float64Array(settings.ks.length);
    for (const [at, right] of correct.entries()) {
      const number = at % settings.ks.length;
      this.#accuracy[number] = (this.#accuracy[number] ?? 0) + right / labels.length;
    }
  }

  /**
   * @throws {InvalidInputError} there are no points, or numbers of points, labels and vectors in the index differ
   * @throws {InvalidOptionsError} an option is out of range
   * @throws the signal's `reason`, once it has fired
   */
  static async fit(options: FitAdaptiveKnnOptions): Promise<AdaptiveKnn> {
    const { index, points, labels, signal, ...rest } = options;
    const settings = parseOptions(schema, rest, 'AdaptiveKnn');
    expectPoints(index, points, labels);
    signal?.throwIfAborted();
    const { ks } = settings;
    const correct = new Uint8Array(labels.length * ks.length);
    // One more than the most: the point itself is among them, unless others are at the same place.
    const neighbours = await nearest(index, points, (ks.at(-1) ?? 1) + 1, signal);
    const judge = (found: Uint32Array, point: number): void => {
      const others = found.filter((ordinal) => ordinal !== point);
      for (const [at, { label }] of majorities(labels, others, ks).entries()) {
        correct[point * ks.length + at] = Number(label === labels[point]);
      }
    };
    await mapInSlices(neighbours, judge, { signal });
    return new AdaptiveKnn(index, labels, settings, correct);
  }

  /**
   * What the neighbours of each row say.
   *
   * @throws {InvalidInputError} a row is not a vector of the index
   * @throws the signal's `reason`, once it has fired
   */
  async predict(rows: Matrix, { signal }: { readonly signal?: AbortSignal } = {}): Promise<KnnPrediction[]> {
    const { ks, similar } = this.#settings;
    const most = Math.min(this.#labels.length, Math.max(similar, ks.at(-1) ?? 1));
    const neighbours = await nearest(this.#index, rows, most, signal);
    return mapInSlices(neighbours, (found) => this.#decide(found), { signal });
  }

  #decide(found: Uint32Array): KnnPrediction {
    const { ks, similar } = this.#settings;
    const expected = this.#expectedAccuracies(found.subarray(0, similar));
    const best = expected.indexOf(expected.reduce((most, each) => Math.max(most, each), 0));
    const k = ks[best] ?? 1;
    const [majority = { label: 0, share: 0 }] = majorities(this.#labels, found, [k]);
    return { ...majority, k, expectedAccuracy: expected[best] ?? 0 };
  }

  /** Of each number of neighbours, over the similar points, and a little over all. */
  #expectedAccuracies(similar: Uint32Array): Float64Array {
    const { ks, shrinkage } = this.#settings;
    return this.#accuracy.map((overall, at) => {
      let right = shrinkage * overall;
      for (const point of similar) right += this.#correct[point * ks.length + at] ?? 0;
      return right / Math.max(Number.MIN_VALUE, similar.length + shrinkage);
    });
  }
}

/** The ordinals nearest to each row, best first. */
async function nearest(
  index: VectorIndex,
  rows: Matrix,
  topK: number,
  signal: AbortSignal | undefined,
): Promise<Uint32Array[]> {
  const starts = Array.from({ length: Math.ceil(rows.rows / POINTS_A_SEARCH) }, (_, at) => at * POINTS_A_SEARCH);
  const groups = await mapInSlices(starts, (start) => searchFrom(index, rows, start, topK), { signal });
  return groups.flat();
}

function searchFrom(index: VectorIndex, { data, rows, columns }: Matrix, start: number, topK: number): Uint32Array[] {
  const end = Math.min(rows, start + POINTS_A_SEARCH);
  const queries = { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
  const { offsets, ordinals } = index.search(queries, { topK });
  return Array.from({ length: end - start }, (_, at) => ordinals.slice(offsets[at], offsets[at + 1]));
}

function expectPoints(index: VectorIndex, points: Matrix, labels: Int32Array): void {
  const advice = 'Add every point to the index under the number of its row, and give a label for each.';
  if (labels.length === 0) throw new InvalidInputError({ source: 'labels' }, 'there are none', advice);
  const isWhole = points.rows === labels.length && index.size === labels.length;
  if (isWhole && labels.every((_, ordinal) => index.has(ordinal))) return;
  const problem = `${points.rows} points, ${labels.length} labels and ${index.size} vectors in the index`;
  throw new InvalidInputError({ source: 'points' }, problem, advice);
}
