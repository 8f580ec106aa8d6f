import { type CallOptions, parseOptions, seededRandom, shuffled } from '@sluice/core';
import { z } from 'zod';
import { adamW } from '../network/adam-w.js';
import type { Layer } from '../network/layer.js';
import { sigmoid } from '../network/sigmoid.js';
import { type AdapterData, expectAdapterData, pickQueries } from './adapter-data.js';
import { type AdapterWeights, adapterNetwork, initialWeights } from './adapter-network.js';
import { adapterScores, rawAreaOf, scoreArea } from './adapter-scores.js';
import type { CosineAdapterModel } from './cosine-adapter-model.js';
import { globalMap } from './global-map.js';
import { addMapGradient, logitOf, type MapFamily, mapFamilies, mapOf } from './score-map.js';

/** Settings of {@link trainCosineAdapter}. */
export interface TrainCosineAdapterOptions extends CallOptions {
  /** @default 'sqrt' */
  readonly family?: MapFamily | undefined;
  /**
   * Width of the hidden layers, 1 to 4,096: 64 to 256 for thousands of queries.
   * @default 64
   */
  readonly hidden?: number | undefined;
  /**
   * Share of hidden numbers dropped in training, 0 to below 1.
   * @default 0.5
   */
  readonly dropout?: number | undefined;
  /**
   * Passes over the training queries, at most.
   * @default 60
   */
  readonly epochs?: number | undefined;
  /**
   * Passes without a better PR AUC on the validation queries after which training ends.
   * @default 10
   */
  readonly patience?: number | undefined;
  /** @default 0.001, falling to 0 */
  readonly learningRate?: number | undefined;
  /** @default 0.01 */
  readonly weightDecay?: number | undefined;
  /**
   * Queries in a step.
   * @default 64
   */
  readonly batch?: number | undefined;
  /**
   * Share of the queries that choose the best pass and are not trained on.
   * @default 0.2
   */
  readonly validation?: number | undefined;
  /** @default 0 */
  readonly seed?: number | undefined;
}

const settingsSchema = z.object({
  family: z.enum(mapFamilies).default('sqrt'),
  hidden: z.int().min(1).max(4096).default(64),
  dropout: z.number().min(0).lt(1).default(0.5),
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
 * It belongs to the collection that it was trained on; on another it harms. Source: arXiv 2408.04887.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {InvalidInputError} the data do not fit together, or have only one kind of label
 * @throws the signal's `reason`, once it has fired
 */
export async function trainCosineAdapter(
  data: AdapterData,
  { signal, onProgress, trace: _, ...options }: TrainCosineAdapterOptions = {},
): Promise<TrainedCosineAdapter> {
  const settings = parseOptions(settingsSchema, options, 'trainCosineAdapter');
  expectAdapterData(data);
  const random = seededRandom(settings.seed);
  const { training, held } = splitQueries(data, settings.validation, random);
  const shape = { family: settings.family, dimensions: data.queries.columns, hidden: settings.hidden };
  const weights = initialWeights(shape, globalMap(settings.family, training), random);
  const network = adapterNetwork(weights, settings.dropout, random);
  const step = adamW(network.parameters, settings);
  const areaOf = (): number => scoreArea(adapterScores({ ...shape, weights }, held), held.labels);

  let best = { epoch: 0, area: areaOf(), weights: copyOf(weights) };
  let made = 0;
  while (made < settings.epochs && made - best.epoch < settings.patience) {
    await trainEpoch({ network, training, settings, random, step, signal, epoch: made });
    made++;
    const area = areaOf();
    if (area > best.area) best = { epoch: made, area, weights: copyOf(weights) };
    onProgress?.({ phase: 'training', done: made, total: settings.epochs, unit: 'epochs' });
  }
  return {
    model: { ...shape, weights: best.weights },
    validation: { raw: rawAreaOf(held), adapted: best.area },
    epochs: { made, best: best.epoch },
  };
}

interface Epoch {
  readonly network: Layer;
  readonly training: AdapterData;
  readonly settings: Settings;
  readonly random: () => number;
  readonly step: (learningRate: number) => void;
  readonly signal: AbortSignal | undefined;
  readonly epoch: number;
}

async function trainEpoch({ network, training, settings, random, step, signal, epoch }: Epoch): Promise<void> {
  const order = shuffled(training.queries.rows, random);
  const steps = Math.ceil(order.length / settings.batch);
  for (let at = 0; at < steps; at++) {
    signal?.throwIfAborted();
    const batch = pickQueries(training, order.subarray(at * settings.batch, (at + 1) * settings.batch));
    if (batch.cosines.length === 0) continue;
    const raw = network.forward(batch.queries.data, batch.queries.rows, 'training');
    network.backward(lossSlope(settings.family, batch, raw), batch.queries.rows);
    step(settings.learningRate * (1 - (epoch * steps + at) / (settings.epochs * steps)));
    await new Promise<void>((resolve) => setTimeout(resolve));
  }
}

/** Slope of the mean cross-entropy by the network's outputs. */
export function lossSlope(family: MapFamily, batch: AdapterData, raw: Float32Array): Float32Array {
  const outputs = raw.length / batch.queries.rows;
  const slopes = new Float32Array(raw.length);
  for (let query = 0; query < batch.queries.rows; query++) {
    const map = mapOf(family, raw, query * outputs);
    for (let at = batch.offsets[query] ?? 0; at < (batch.offsets[query + 1] ?? 0); at++) {
      const x = batch.cosines[at] ?? 0;
      const slope = (sigmoid(logitOf(map, x)) - (batch.labels[at] ?? 0)) / batch.cosines.length;
      addMapGradient(family, map, { x, slope }, slopes, query * outputs);
    }
  }
  return slopes;
}

function splitQueries(data: AdapterData, share: number, random: () => number) {
  const order = shuffled(data.queries.rows, random);
  const held = Math.max(1, Math.round(share * order.length));
  return { held: pickQueries(data, order.subarray(0, held)), training: pickQueries(data, order.subarray(held)) };
}

function copyOf(weights: AdapterWeights): AdapterWeights {
  return Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, values.slice()]));
}
