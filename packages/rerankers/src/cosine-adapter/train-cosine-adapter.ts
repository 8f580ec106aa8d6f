import { type CallOptions, InvalidInputError, Pace, paced, parseOptions, seededRandom, shuffled } from '@sluice/core';
import { z } from 'zod';
import { type AdamWState, adamW } from '../network/adam-w.js';
import type { Layer } from '../network/layer.js';
import { sigmoid } from '../network/sigmoid.js';
import { workspace } from '../network/workspace.js';
import { type AdapterData, checkAdapterData, pickPairs, pickSteps } from './adapter-data.js';
import {
  type AdapterShape,
  type AdapterWeights,
  adapterNetwork,
  initialWeights,
  weightLengths,
} from './adapter-network.js';
import { adaptedArea, inferenceNetwork, rawArea } from './adapter-scores.js';
import { type CosineAdapterModel, expectAdapterModel } from './cosine-adapter-model.js';
import { globalMap } from './global-map.js';
import { addMapGradient, logitOf, type MapFamily, mapFamilies, mapOf, type ScoreMap } from './score-map.js';

/** Settings of {@link trainCosineAdapter}. */
export interface TrainCosineAdapterOptions extends CallOptions {
  /**
   * How a cosine becomes a logit.
   * @default 'sqrt'
   */
  readonly family?: MapFamily | undefined;
  /**
   * Width of the hidden layers, 1 to 4,096: 64 to 256 for thousands of queries. Above about 500 one step of the optimizer
   * holds the event loop for more than 10 ms.
   * @default 64
   */
  readonly hidden?: number | undefined;
  /**
   * Share of hidden numbers dropped in training, 0 to below 1.
   * @default 0.1
   */
  readonly dropout?: number | undefined;
  /**
   * Passes over the training queries, at most: 0 to 10,000. With 0 the global Platt fit is returned.
   * @default 60
   */
  readonly epochs?: number | undefined;
  /**
   * Passes without a better PR AUC on the validation queries after which training ends; at least 1.
   * @default 10
   */
  readonly patience?: number | undefined;
  /**
   * Of the first step, above 0; it falls linearly to 0.
   * @default 0.001
   */
  readonly learningRate?: number | undefined;
  /**
   * Pull of the layers' weights towards 0, in units of the learning rate; at least 0.
   * @default 0.01
   */
  readonly weightDecay?: number | undefined;
  /**
   * Queries in a step; at least 1.
   * @default 64
   */
  readonly batch?: number | undefined;
  /**
   * Share of the queries that choose the best pass and are not trained on, between 0 and 1; at least one query.
   * @default 0.2
   */
  readonly validation?: number | undefined;
  /**
   * Of the split, the first weights, the order of queries and dropout; an integer.
   * @default 0
   */
  readonly seed?: number | undefined;
  /** Where an interrupted training with the same data and settings goes on, from `onCheckpoint`. */
  readonly resume?: AdapterCheckpoint | undefined;
  /** Called after each pass with what it takes to go on from there; training waits for it. */
  readonly onCheckpoint?: ((checkpoint: AdapterCheckpoint) => void | Promise<void>) | undefined;
}

/** Where a training stands after a pass. Its arrays are those of the training: copy or write them at once. */
export interface AdapterCheckpoint {
  /** Passes that were made. */
  readonly made: number;
  readonly weights: AdapterWeights;
  readonly optimizer: AdamWState;
  readonly best: BestPass;
}

/** The pass that was best on the validation queries. */
export interface BestPass {
  readonly epoch: number;
  readonly area: number;
  readonly weights: AdapterWeights;
}

const settingsSchema = z.strictObject({
  family: z.enum(mapFamilies).default('sqrt'),
  hidden: z.int().min(1).max(4096).default(64),
  dropout: z.number().min(0).lt(1).default(0.1),
  epochs: z.int().min(0).max(10_000).default(60),
  patience: z.int().min(1).default(10),
  learningRate: z.number().positive().default(1e-3),
  weightDecay: z.number().nonnegative().default(1e-2),
  batch: z.int().min(1).default(64),
  validation: z.number().gt(0).lt(1).default(0.2),
  seed: z.int().default(0),
});

type Settings = z.output<typeof settingsSchema>;

/** What training found. */
export interface TrainedCosineAdapter {
  readonly model: CosineAdapterModel;
  /** Pooled PR AUC on the validation queries: of the cosines as they are, and of the adapter. */
  readonly validation: { readonly raw: number; readonly adapted: number };
  /** Passes over the data that were made, and the one that is returned; 0 is the global Platt fit. */
  readonly epochs: { readonly made: number; readonly best: number };
}

/**
 * Learns how a query's vector bends and shifts its cosines so that one threshold fits all queries.
 *
 * Mean binary cross-entropy over pairs, AdamW, from the global Platt fit: before the first step the adapter is as good
 * as raw cosines in PR AUC, and the pass that is best on held-out queries is returned, step 0 included.
 *
 * It belongs to the collection that it was trained on; on another it harms. 5,000 queries x 100 candidates x 384
 * dimensions take about .5 s a pass on one core; it runs in slices of about 1 ms. Source: arXiv 2408.04887.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} the data do not fit together, or have only one kind of label; or `resume` is of another
 *   network
 * @throws the signal's `reason`, once it has fired
 */
export async function trainCosineAdapter(
  data: AdapterData,
  { signal, onProgress, trace: _, resume, onCheckpoint, ...options }: TrainCosineAdapterOptions = {},
): Promise<TrainedCosineAdapter> {
  const settings = parseOptions(settingsSchema, options, 'trainCosineAdapter');
  await paced(checkAdapterData(data), signal);
  const random = seededRandom(settings.seed);
  const { taught, held } = splitQueries(data, settings.validation, random);
  const judged = await paced(pickSteps(data, held), signal);
  const { family, hidden } = settings;
  const shape = { family, dimensions: data.queries.columns, hidden, input: 'rms-norm' as const };
  const start = await paced(firstMap(settings.family, data, taught), signal);
  const weights = initialWeights(shape, start, random);
  if (resume) expectCheckpoint(resume, shape);
  for (const [name, values] of Object.entries(weights)) values.set(resume?.weights[name] ?? values);
  // Each pass draws from a seed of its own, so that training goes on after an interruption as it would have.
  let draw = random;
  const network = adapterNetwork({ ...shape, weights }, settings.dropout, () => draw());
  const { step, state } = adamW(network.parameters, { ...settings, state: resume?.optimizer });
  const inference = inferenceNetwork({ ...shape, weights });
  const areaOf = (): Promise<number> => adaptedArea(inference, settings, judged, signal);

  let best: BestPass = resume?.best ?? { epoch: 0, area: await areaOf(), weights: copyOf(weights) };
  let made = resume?.made ?? 0;
  while (made < settings.epochs && made - best.epoch < settings.patience) {
    draw = seededRandom(settings.seed + (made + 1) * PASS_STRIDE);
    await trainEpoch({ network, data, taught, settings, random: draw, step, signal, epoch: made });
    made++;
    const area = await areaOf();
    if (area > best.area) best = { epoch: made, area, weights: copyOf(weights) };
    await onCheckpoint?.({ made, weights, optimizer: state, best });
    onProgress?.({ phase: 'training', done: made, total: settings.epochs, unit: 'epochs' });
  }
  return {
    model: { ...shape, weights: best.weights },
    validation: { raw: await rawArea(judged, signal), adapted: best.area },
    epochs: { made, best: best.epoch },
  };
}

/** @throws {InvalidInputError} it is of another network, or has a number that is not finite */
function expectCheckpoint({ weights, best, optimizer }: AdapterCheckpoint, shape: AdapterShape): void {
  expectAdapterModel({ ...shape, weights });
  expectAdapterModel({ ...shape, weights: best.weights });
  const lengths = Object.values(weightLengths(shape));
  const fits = (moments: readonly Float32Array[]): boolean =>
    moments.length === lengths.length && lengths.every((length, at) => moments[at]?.length === length);
  if (fits(optimizer.first) && fits(optimizer.second)) return;
  const problem = 'its moments are not those of the network';
  throw new InvalidInputError({ source: 'checkpoint' }, problem, 'Begin anew, without resume.');
}

/** Between the seeds of two passes: trainings with neighbouring seeds share none. */
const PASS_STRIDE = 0x10001;

interface Epoch {
  readonly network: Layer;
  readonly data: AdapterData;
  /** The queries that are trained on. Copying their vectors would take tens of milliseconds at once, and as much memory. */
  readonly taught: Uint32Array;
  readonly settings: Settings;
  readonly random: () => number;
  readonly step: (learningRate: number) => void;
  readonly signal: AbortSignal | undefined;
  readonly epoch: number;
}

/** Queries that go through the network at once: about 1 ms with the default width. A batch is several of them. */
const SLICE = 8;

async function trainEpoch({ network, data, taught, settings, random, step, signal, epoch }: Epoch): Promise<void> {
  const order = shuffled(taught.length, random).map((at) => taught[at] ?? 0);
  const steps = Math.ceil(order.length / settings.batch);
  const pace = new Pace(signal);
  const [vectorsOf, slopesOf] = [workspace(), workspace()];
  for (let at = 0; at < steps; at++) {
    const batch = order.subarray(at * settings.batch, (at + 1) * settings.batch);
    const pairs = countPairs(data, batch);
    if (pairs === 0) continue;
    for (let from = 0; from < batch.length; from += SLICE) {
      const picked = batch.subarray(from, from + SLICE);
      const vectors = vectorsOf(picked.length * data.queries.columns);
      copyVectors(data, picked, vectors);
      const raw = network.forward(vectors, picked.length, 'training');
      const slopes = slopesOf(raw.length);
      lossSlope({ family: settings.family, data, picked, pairs }, raw, slopes);
      network.backward(slopes, picked.length);
      if (pace.due) await pace.rest();
    }
    step(settings.learningRate * (1 - (epoch * steps + at) / (settings.epochs * steps)));
  }
}

function copyVectors({ queries: { data, columns } }: AdapterData, picked: Uint32Array, into: Float32Array): void {
  for (const [row, query] of picked.entries()) {
    into.set(data.subarray(query * columns, (query + 1) * columns), row * columns);
  }
}

function countPairs({ offsets }: AdapterData, picked: Uint32Array): number {
  let pairs = 0;
  for (const query of picked) pairs += (offsets[query + 1] ?? 0) - (offsets[query] ?? 0);
  return pairs;
}

/** Queries whose loss is asked for. */
export interface TaughtQueries {
  readonly family: MapFamily;
  readonly data: AdapterData;
  /** Their numbers in `data`. */
  readonly picked: Uint32Array;
  /** How many pairs the mean is over: those of the whole batch, of which `picked` may be a part. */
  readonly pairs: number;
}

/**
 * Slope of the mean cross-entropy by the network's outputs.
 *
 * @param raw the outputs for the picked queries
 * @param slopes as long as `raw`: overwritten
 */
export function lossSlope(
  { family, data: { offsets, cosines, labels }, picked, pairs }: TaughtQueries,
  raw: Float32Array,
  slopes: Float32Array,
): void {
  const outputs = raw.length / picked.length;
  slopes.fill(0);
  for (let row = 0; row < picked.length; row++) {
    const query = picked[row] ?? 0;
    const map = mapOf(family, raw, row * outputs);
    const to = offsets[query + 1] ?? 0;
    for (let at = offsets[query] ?? 0; at < to; at++) {
      const x = cosines[at] ?? 0;
      const slope = (sigmoid(logitOf(map, x)) - (labels[at] ?? 0)) / pairs;
      addMapGradient(family, map, { x, slope }, slopes, row * outputs);
    }
  }
}

/** The numbers of the queries that teach, and of those that choose the best pass. */
function splitQueries({ queries }: AdapterData, share: number, random: () => number) {
  const order = shuffled(queries.rows, random);
  const held = Math.max(1, Math.round(share * order.length));
  return { held: order.subarray(0, held), taught: order.subarray(held) };
}

function* firstMap(family: MapFamily, data: AdapterData, taught: Uint32Array): Generator<void, ScoreMap> {
  return yield* globalMap(family, yield* pickPairs(data, taught));
}

function copyOf(weights: AdapterWeights): AdapterWeights {
  return Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, values.slice()]));
}
