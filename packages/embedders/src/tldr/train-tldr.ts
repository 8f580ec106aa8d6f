import {
  type CallOptions,
  InvalidInputError,
  InvalidOptionsError,
  type Matrix,
  paced,
  parseOptions,
} from '@sluice/core';
import { z } from 'zod';
import { type FitSource, sampledVectors } from '../rotation/fit-rotation.js';
import { type LinearMap, linearMap } from '../rotation/linear-map.js';
import { type TldrEpoch, tldrTraining } from './tldr-training.js';

const FEWEST_DOCUMENTS = 20;

/** Options of {@link trainTldr}. */
export interface TldrOptions extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** Of the vectors that it gives, fewer than it takes. */
  readonly dimensions: number;
  /**
   * Documents that it is trained on, at most, taken at random.
   * @default 5000
   */
  readonly sample?: number | undefined;
  /**
   * Nearest documents of each that count as its neighbours.
   * @default 5
   */
  readonly neighbours?: number | undefined;
  /**
   * Where the encoder starts: at the fitted rotation, or at random numbers.
   * @default 'rotation'
   */
  readonly start?: 'rotation' | 'random' | undefined;
  /**
   * Columns of the projector's two layers.
   * @default 512
   */
  readonly projector?: number | undefined;
  /**
   * Pairs in a batch.
   * @default 256
   */
  readonly batch?: number | undefined;
  /**
   * Times that each document is seen, at most.
   * @default 30
   */
  readonly epochs?: number | undefined;
  /**
   * Epochs without more neighbours kept after which training ends.
   * @default 5
   */
  readonly patience?: number | undefined;
  /**
   * The greatest step of Adam; rises over the first tenth and falls to 0 as a cosine.
   * @default 0.001
   */
  readonly learningRate?: number | undefined;
  /**
   * Weight of correlations beside the diagonal.
   * @default 0.0039
   */
  readonly offDiagonal?: number | undefined;
  /** @default 1 */
  readonly seed?: number | undefined;
}

const tldrOptions = z.strictObject({
  dimensions: z.int().min(1),
  sample: z.int().min(FEWEST_DOCUMENTS).default(5000),
  neighbours: z.int().min(1).default(5),
  start: z.enum(['rotation', 'random']).default('rotation'),
  projector: z.int().min(1).max(8192).default(512),
  batch: z.int().min(2).default(256),
  epochs: z.int().min(1).default(30),
  patience: z.int().min(1).default(5),
  learningRate: z.number().positive().default(0.001),
  offDiagonal: z.number().nonnegative().default(0.0039),
  seed: z.int().default(1),
});

type ParsedTldrOptions = z.output<typeof tldrOptions>;

/** A trained map and how it came about. */
export interface TrainedTldr {
  /** Of the epoch that kept most neighbours, its outputs turned so that leading ones matter most. */
  readonly map: LinearMap;
  readonly epochs: readonly TldrEpoch[];
}

/**
 * Trains a linear map to fewer dimensions in which neighbours stay neighbours: a linear encoder of two factors and a
 * projector, the Barlow Twins loss on pairs of nearest neighbours, and early stopping by the neighbours that documents
 * held out keep.
 *
 * The alternative to `fitRotation`, and not the better one for the text models that it was measured with (see
 * docs/embedders.md): some ten times the work, and a map for one width.
 *
 * The event loop is held for under 10 ms at a time. Cost with the defaults: 20 seconds to a minute or two of one
 * core for 5,000 vectors of 384, by when it ends.
 *
 * Sources: TLDR, arXiv 2110.09455 (code: naver/tldr). Ours: no bias, as cosines are measured from the origin; Adam
 * instead of LARS, for batches of hundreds; the start at the rotation; early stopping.
 *
 * @throws {InvalidInputError} there are fewer than 20 documents
 * @throws {InvalidOptionsError} an option is out of range, or there are no fewer dimensions than the vectors have
 * @throws the signal's `reason`, once it has fired
 * @example const { map } = await trainTldr(vectors, { dimensions: 64, onProgress });
 */
export async function trainTldr(source: FitSource, options: TldrOptions): Promise<TrainedTldr> {
  const { signal, onProgress, ...rest } = options;
  const parsed = parseOptions(tldrOptions, rest, 'trainTldr');
  const call = { ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const vectors = await sampledVectors(source, parsed.sample, parsed.seed, call);
  expectShape(vectors, parsed);
  const { encoder, epochs } = await paced(tldrTraining(vectors, { ...parsed, onProgress }), signal);
  const shape = { kind: 'tldr' as const, inputs: vectors.columns, outputs: parsed.dimensions };
  return { map: await linearMap(shape, encoder.data), epochs };
}

function expectShape({ rows, columns }: Matrix, { dimensions }: ParsedTldrOptions): void {
  if (rows < FEWEST_DOCUMENTS) {
    const problem = `there are ${rows}, too few to have neighbours`;
    throw new InvalidInputError({ source: 'documents' }, problem, `Train on ${FEWEST_DOCUMENTS} or more.`);
  }
  if (dimensions < columns) return;
  const issues = [{ path: 'dimensions', message: `${dimensions} is not below the vectors' ${columns}` }];
  throw new InvalidOptionsError({ owner: 'trainTldr', issues });
}
