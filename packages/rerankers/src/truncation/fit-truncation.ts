import { type CallOptions, InvalidInputError, Pace, paced, parseOptions, seededRandom, shuffled } from '@sluice/core';
import { z } from 'zod';
import type { LabelledList } from '../list-adapter/judged-features.js';
import { adamW } from '../network/adam-w.js';
import { scalesOf, standardise } from '../network/standard-scales.js';
import { fallingScores, TRUNCATION_FEATURES, truncationFeatures } from './truncation-features.js';
import { softmax, type TruncationModel, truncationNetwork } from './truncation-model.js';

/** Options of {@link fitTruncation}. */
export interface FitTruncationOptions extends CallOptions {
  /**
   * Width of the hidden layer, 1 to 256.
   * @default 16
   */
  readonly hidden?: number | undefined;
  /**
   * Passes over the lists, at least 1.
   * @default 20
   */
  readonly epochs?: number | undefined;
  /**
   * Of the first step, above 0; it falls linearly to 0.
   * @default 0.01
   */
  readonly learningRate?: number | undefined;
  /**
   * Of the first weights and the order of lists; an integer.
   * @default 0
   */
  readonly seed?: number | undefined;
}

const schema = z.strictObject({
  hidden: z.int().min(1).max(256).default(16),
  epochs: z.int().min(1).max(10_000).default(20),
  learningRate: z.number().positive().default(0.01),
  seed: z.int().default(0),
});

/** Lists in a step. */
const BATCH = 16;

/**
 * Learns where to cut a list, given its scores: the place whose F1 is expected to be the best.
 *
 * A small network gives each place a number, a softmax over the places makes them probabilities, and what is raised is the
 * expected F1 of a cut drawn from them; a list without a relevant candidate is worth 1 where nothing stays. After Choppy
 * (arXiv 2004.13012), with the list's mean, deviation and top in place of self-attention over its scores.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} no list has a relevant candidate, or scores and labels differ in number (`row` names it)
 * @throws the signal's `reason`, once it has fired
 */
export async function fitTruncation(
  lists: readonly Pick<LabelledList, 'dense' | 'labels'>[],
  { signal, onProgress, trace: _, ...options }: FitTruncationOptions = {},
): Promise<TruncationModel> {
  const { hidden, epochs, learningRate, seed } = parseOptions(schema, options, 'fitTruncation');
  const random = seededRandom(seed);
  expectLists(lists);
  const { features, examples } = await paced(examplesOf(lists.filter(({ labels }) => labels.length > 0)), signal);
  const scales = await paced(scalesOf(features, TRUNCATION_FEATURES), signal);
  await paced(standardise(features, scales), signal);
  const uniform = (length: number, bound: number): Float32Array =>
    Float32Array.from({ length }, () => (2 * random() - 1) * bound);
  const weights = {
    weight1: uniform(hidden * TRUNCATION_FEATURES, Math.sqrt(6 / TRUNCATION_FEATURES)),
    bias1: new Float32Array(hidden),
    weight2: new Float32Array(hidden),
    bias2: new Float32Array(1),
  };
  const network = truncationNetwork(weights);
  const { step } = adamW(network.parameters, { weightDecay: 1e-3 });
  const steps = epochs * Math.ceil(examples.length / BATCH);
  const pace = new Pace(signal);
  let made = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(examples.length, random);
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.subarray(from, from + BATCH);
      for (const at of batch) {
        const example = examples[at];
        if (!example) continue;
        const logits = network.forward(example.rows, example.utilities.length, 'training');
        network.backward(utilitySlope(logits, example.utilities, batch.length), example.utilities.length);
        if (pace.due) await pace.rest();
      }
      step(learningRate * (1 - made++ / steps));
    }
    onProgress?.({ phase: 'learning where to cut', done: epoch + 1, total: epochs, unit: 'epochs' });
  }
  return {
    means: [...scales.means],
    deviations: [...scales.deviations],
    weight1: [...weights.weight1],
    bias1: [...weights.bias1],
    weight2: [...weights.weight2],
    bias2: weights.bias2[0] ?? 0,
  };
}

/** A list as the network reads it: features of each place, and what a cut there is worth. */
interface Example {
  readonly rows: Float32Array;
  readonly utilities: Float64Array;
}

type JudgedScores = Pick<LabelledList, 'dense' | 'labels'>;

function expectLists(lists: readonly JudgedScores[]): void {
  for (const [row, { dense, labels }] of lists.entries()) {
    if (dense.length === labels.length) continue;
    const problem = `${dense.length} scores and ${labels.length} labels`;
    throw new InvalidInputError({ source: 'lists', row }, problem, 'Pass one label for each score.');
  }
  if (lists.some(({ labels }) => labels.includes(1))) return;
  const advice = 'Give lists with relevant candidates.';
  throw new InvalidInputError({ source: 'lists' }, 'none has a relevant candidate', advice);
}

/** Examples whose rows are parts of one matrix of features. */
function* examplesOf(
  lists: readonly JudgedScores[],
): Generator<void, { readonly features: Float32Array; readonly examples: readonly Example[] }> {
  const places = lists.reduce((sum, { dense }) => sum + dense.length + 1, 0);
  const features = new Float32Array(places * TRUNCATION_FEATURES);
  const examples: Example[] = [];
  let from = 0;
  for (const { dense, labels } of lists) {
    const { falling, order } = fallingScores(dense);
    const rows = features.subarray(from, from + (dense.length + 1) * TRUNCATION_FEATURES);
    rows.set(truncationFeatures(falling));
    examples.push({ rows, utilities: cutUtilities(Uint8Array.from(order, (at) => labels[at] ?? 0)) });
    from += rows.length;
    yield;
  }
  return { features, examples };
}

/** F1 of a cut at each place, 0 to n, of labels in the order of falling scores. */
export function cutUtilities(labels: Uint8Array): Float64Array {
  const relevant = labels.reduce((sum, label) => sum + label, 0);
  const utilities = new Float64Array(labels.length + 1);
  utilities[0] = relevant === 0 ? 1 : 0;
  let hits = 0;
  for (let place = 1; place <= labels.length; place++) {
    hits += labels[place - 1] ?? 0;
    utilities[place] = (2 * hits) / (place + relevant);
  }
  return utilities;
}

/** Slope of the negative expected utility by the logits, for one list of a batch. */
export function utilitySlope(logits: Float32Array, utilities: Float64Array, batch: number): Float32Array {
  const probabilities = softmax(logits);
  const expected = probabilities.reduce((sum, probability, at) => sum + probability * (utilities[at] ?? 0), 0);
  return Float32Array.from(
    probabilities,
    (probability, at) => (-probability * ((utilities[at] ?? 0) - expected)) / batch,
  );
}
