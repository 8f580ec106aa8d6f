import type { Layer } from '../network/layer.js';
import { linearLayer } from '../network/linear-layer.js';
import { reluDropout } from '../network/relu-dropout.js';
import { layerNorm, rmsNorm } from '../network/row-norm.js';
import { sequential } from '../network/sequential.js';
import { type MapFamily, outputsOf, rawOf, type ScoreMap, type SlopeRule } from './score-map.js';

/** Most numbers in a query's vector, and in a hidden layer. */
export const MAX_WIDTH = 16_384;

/**
 * How a query's vector enters: `layer-norm`, as published, takes its mean away and with it one direction of the space;
 * `rms-norm` keeps all of it, which tells more the fewer dimensions there are.
 */
export type InputRule = 'layer-norm' | 'rms-norm';

/** All rules. */
export const inputRules: readonly InputRule[] = ['layer-norm', 'rms-norm'];

/** Shape of the network that reads a query vector. */
export interface AdapterShape {
  readonly family: MapFamily;
  /** Dimensions of query vectors. */
  readonly dimensions: number;
  /** Width of both hidden layers. */
  readonly hidden: number;
  /** @default 'softplus' */
  readonly slope?: SlopeRule | undefined;
  /** @default 'layer-norm' */
  readonly input?: InputRule | undefined;
}

/** Weights by name: `norm1.weight`, `linear1.bias`, ... */
export type AdapterWeights = Readonly<Record<string, Float32Array>>;

/** Length of each array of weights, by name. */
export function weightLengths({ family, dimensions, hidden }: AdapterShape): Readonly<Record<string, number>> {
  const outputs = outputsOf(family);
  return {
    'norm1.weight': dimensions,
    'norm1.bias': dimensions,
    'linear1.weight': hidden * dimensions,
    'linear1.bias': hidden,
    'norm2.weight': hidden,
    'norm2.bias': hidden,
    'linear2.weight': hidden * hidden,
    'linear2.bias': hidden,
    'linear3.weight': outputs * hidden,
    'linear3.bias': outputs,
  };
}

/**
 * Weights from which training starts: random hidden layers (He), last weights 0, last biases at `start`, so that every
 * query begins with the same map.
 */
export function initialWeights(shape: AdapterShape, start: ScoreMap, random: () => number): AdapterWeights {
  const weights = Object.fromEntries(
    Object.entries(weightLengths(shape)).map(([name, length]) => [name, new Float32Array(length)]),
  );
  weights['norm1.weight']?.fill(1);
  weights['norm2.weight']?.fill(1);
  fillUniform(weights['linear1.weight'], Math.sqrt(6 / shape.dimensions), random);
  fillUniform(weights['linear2.weight'], Math.sqrt(6 / shape.hidden), random);
  weights['linear3.bias']?.set(rawOf(shape.family, start));
  return weights;
}

/**
 * Norm, linear, ReLU, dropout, LayerNorm, linear, ReLU, dropout, linear: query vectors in, raw outputs out.
 *
 * Source: arXiv 2408.04887 with its published code, hidden width chosen by data size.
 */
export function adapterNetwork(
  { weights, input }: { readonly weights: AdapterWeights } & Pick<AdapterShape, 'input'>,
  dropout: number,
  random: () => number,
): Layer {
  const firstNorm = input === 'rms-norm' ? rmsNorm : layerNorm;
  const of = (name: string): Float32Array => weights[name] ?? new Float32Array(0);
  return sequential([
    firstNorm('norm1', of('norm1.weight'), of('norm1.bias')),
    linearLayer('linear1', of('linear1.weight'), of('linear1.bias')),
    reluDropout(dropout, random),
    layerNorm('norm2', of('norm2.weight'), of('norm2.bias')),
    linearLayer('linear2', of('linear2.weight'), of('linear2.bias')),
    reluDropout(dropout, random),
    linearLayer('linear3', of('linear3.weight'), of('linear3.bias')),
  ]);
}

function fillUniform(values: Float32Array = new Float32Array(0), bound: number, random: () => number): void {
  for (let at = 0; at < values.length; at++) values[at] = (2 * random() - 1) * bound;
}
