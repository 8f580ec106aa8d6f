import { type Matrix, type OnProgress, seededRandom, shuffled, symmetricEigen } from '@sluice/core';
import { secondMoments } from '../rotation/second-moments.js';
import { Adam } from './adam.js';
import { type FirstWeightsOptions, firstWeights } from './first-weights.js';
import { keptNeighbours } from './kept-neighbours.js';
import { MatrixProducts } from './matrix-products.js';
import { type NeighbourPairs, neighbourPairs, rowsOf } from './neighbour-pairs.js';
import { type TwinWeights, twinGradients } from './twin-network.js';

/** Options of a training, all of them given; see `trainTldr`. */
export interface TrainingOptions extends FirstWeightsOptions {
  readonly neighbours: number;
  readonly batch: number;
  readonly epochs: number;
  readonly patience: number;
  readonly learningRate: number;
  readonly offDiagonal: number;
  readonly seed: number;
  readonly onProgress?: OnProgress | undefined;
}

/** How training went after an epoch; epoch 0 is the start. */
export interface TldrEpoch {
  readonly epoch: number;
  /** Mean over batches; absent before the first. */
  readonly loss?: number;
  /** Share of the ten nearest at full width that are among the ten nearest after the map, of documents held out. */
  readonly keptNeighbours: number;
}

const WARM_UP_SHARE = 0.1;

/** Trains until no more neighbours are kept; returns the best encoder, outputs x inputs, and what each epoch was. */
export function* tldrTraining(
  vectors: Matrix,
  options: TrainingOptions,
): Generator<void, { readonly encoder: Matrix; readonly epochs: readonly TldrEpoch[] }> {
  const random = seededRandom(options.seed);
  const products = new MatrixProducts();
  const pairs = yield* neighbourPairs(products, vectors, options.neighbours, random);
  const weights = yield* firstWeights(pairs.training, options, random);
  const trainer = new Trainer(products, pairs, weights, options, random);
  let best = yield* products.of(weights.outer, weights.inner);
  const epochs: TldrEpoch[] = [{ epoch: 0, keptNeighbours: yield* keptNeighbours(products, pairs, best) }];
  let bestEpoch = 0;
  for (let epoch = 1; epoch <= options.epochs && epoch - bestEpoch <= options.patience; epoch++) {
    const loss = yield* trainer.epoch(epoch);
    const encoder = yield* products.of(weights.outer, weights.inner);
    const kept = yield* keptNeighbours(products, pairs, encoder);
    if (kept > (epochs[bestEpoch]?.keptNeighbours ?? 0)) [best, bestEpoch] = [encoder, epoch];
    epochs.push({ epoch, loss, keptNeighbours: kept });
    options.onProgress?.({ phase: 'training', done: epoch, total: options.epochs, unit: 'epochs' });
  }
  return { encoder: yield* turned(products, pairs.training, best), epochs };
}

/** Weights with their optimizers. */
class Trainer {
  readonly #products: MatrixProducts;
  readonly #pairs: NeighbourPairs;
  readonly #weights: TwinWeights;
  readonly #options: TrainingOptions;
  readonly #random: () => number;
  readonly #optimizers: { readonly [Layer in keyof TwinWeights]: Adam };

  constructor(
    products: MatrixProducts,
    pairs: NeighbourPairs,
    weights: TwinWeights,
    options: TrainingOptions,
    random: () => number,
  ) {
    this.#products = products;
    this.#pairs = pairs;
    this.#weights = weights;
    this.#options = options;
    this.#random = random;
    const { inner, outer, hidden, last } = weights;
    this.#optimizers = {
      inner: new Adam(inner),
      outer: new Adam(outer),
      hidden: new Adam(hidden),
      last: new Adam(last),
    };
  }

  /** Every document once, each with one of its neighbours. The last batch is left out where it is not full. */
  *epoch(epoch: number): Generator<void, number> {
    const { training, partners, neighbours } = this.#pairs;
    const { batch, offDiagonal } = this.#options;
    const size = Math.min(batch, training.rows);
    const order = shuffled(training.rows, this.#random);
    const batches = Math.floor(training.rows / size);
    let loss = 0;
    for (let at = 0; at < batches; at++) {
      const chosen = order.subarray(at * size, (at + 1) * size);
      const mates = chosen.map((row) => partners[row * neighbours + Math.floor(this.#random() * neighbours)] ?? 0);
      const pair = { one: rowsOf(training, chosen), other: rowsOf(training, mates) };
      const step = yield* twinGradients(this.#products, this.#weights, pair, offDiagonal);
      const rate = this.#learningRate(epoch - 1 + at / batches);
      for (const layer of ['inner', 'outer', 'hidden', 'last'] as const) {
        yield* this.#optimizers[layer].step(step.gradients[layer], rate);
      }
      loss += step.loss / batches;
    }
    return loss;
  }

  /** Rises over the first tenth, then falls as a cosine. */
  #learningRate(epochsDone: number): number {
    const { learningRate, epochs } = this.#options;
    const done = epochsDone / epochs;
    if (done < WARM_UP_SHARE) return (learningRate * (done + 0.01)) / (WARM_UP_SHARE + 0.01);
    return (learningRate * (1 + Math.cos((Math.PI * (done - WARM_UP_SHARE)) / (1 - WARM_UP_SHARE)))) / 2;
  }
}

/** The same encoder with its outputs turned, strongest first: cosines stay as they are, and it may be cut. */
function* turned(products: MatrixProducts, vectors: Matrix, encoder: Matrix): Generator<void, Matrix> {
  const images = yield* products.byRows(vectors, encoder);
  const { vectors: directions } = yield* symmetricEigen(yield* secondMoments(images), encoder.rows);
  const turn = { data: new Float32Array(directions), rows: encoder.rows, columns: encoder.rows };
  return yield* products.of(turn, encoder);
}
