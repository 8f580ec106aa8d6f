import { InvalidInputError } from '@sluice/core';
import { parseSafetensors, tensorToFloat32 } from '@sluice/inference';
import { MAX_WIDTH } from './adapter-network.js';
import type { CosineAdapterModel } from './cosine-adapter-model.js';
import { type MapFamily, outputsOf } from './score-map.js';

/** A tensor by its shape and its numbers, row-major. */
export interface AdapterTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Where each array of weights stands in the published network, a `Sequential` of nine steps. */
const LAYERS: Readonly<Record<string, string>> = {
  norm1: '0',
  linear1: '1',
  norm2: '4',
  linear2: '5',
  linear3: '8',
};

/** In the published network the outputs are a, b, k, or b alone; here b comes first. */
const OUTPUT_ORDER: readonly (readonly number[])[] = [[], [0], [1, 0], [1, 0, 2]];

/**
 * An adapter from weights that were trained elsewhere, in the layout of the published code: `layers.0` and `layers.4`
 * LayerNorm, `layers.1`, `layers.5` and `layers.8` linear, the outputs a, b and k (b alone for `offset`).
 *
 * The published code takes `a` as it comes, so a query's map may fall; such a query gets a map that is nearly flat.
 * A prefix before `layers` is passed over, and so is what is not a layer (`scale_factor`).
 *
 * @param tensors by name, as in the state dictionary
 * @throws {InvalidInputError} a tensor is missing, there twice under several prefixes or of another shape; the message names it
 */
export function importCosineAdapter(
  tensors: ReadonlyMap<string, AdapterTensor>,
  family: MapFamily,
): CosineAdapterModel {
  const named = withoutPrefixes(tensors);
  const [hidden = 0, dimensions = 0] = named.get('layers.1.weight')?.shape ?? refuse('layers.1.weight', 'is missing');
  for (const length of [hidden, dimensions]) {
    const isWidth = Number.isInteger(length) && length >= 1 && length <= MAX_WIDTH;
    if (!isWidth) refuse('layers.1.weight', `has an axis of ${length}, and 1 to ${MAX_WIDTH} can be`);
  }
  const outputs = outputsOf(family);
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'norm1.weight': [dimensions],
    'norm1.bias': [dimensions],
    'linear1.weight': [hidden, dimensions],
    'linear1.bias': [hidden],
    'norm2.weight': [hidden],
    'norm2.bias': [hidden],
    'linear2.weight': [hidden, hidden],
    'linear2.bias': [hidden],
    'linear3.weight': [outputs, hidden],
    'linear3.bias': [outputs],
  };
  const weights: Record<string, Float32Array> = {};
  for (const [own, shape] of Object.entries(shapes)) {
    const [layer = '', part = ''] = own.split('.');
    const name = `layers.${LAYERS[layer] ?? ''}.${part}`;
    const tensor = named.get(name) ?? refuse(name, 'is missing');
    const fits = tensor.shape.length === shape.length && shape.every((length, axis) => tensor.shape[axis] === length);
    if (!fits) refuse(name, `is ${tensor.shape.join(' x ')}, and ${shape.join(' x ')} belongs there`);
    if (tensor.values.length !== shape.reduce((product, length) => product * length, 1)) {
      refuse(name, 'does not fill its shape');
    }
    const unsound = tensor.values.findIndex((value) => !Number.isFinite(value));
    if (unsound >= 0) refuse(name, `is not finite at ${unsound}`);
    weights[own] = layer === 'linear3' ? reordered(tensor.values, outputs) : tensor.values;
  }
  return { family, dimensions, hidden, slope: 'rectified', weights };
}

/**
 * {@link importCosineAdapter} of a safetensors file.
 *
 * @param file the name to blame
 * @throws {ModelFileError} the bytes are not a whole and sound safetensors file of real numbers
 * @throws {InvalidInputError} a tensor is missing or of another shape
 */
export function cosineAdapterFromSafetensors(bytes: Uint8Array, family: MapFamily, file: string): CosineAdapterModel {
  const layers = [...parseSafetensors(bytes, file)].filter(([name]) => /(^|\.)layers\.\d/.test(name));
  const tensors = layers.map(
    ([name, tensor]) => [name, { shape: tensor.shape, values: tensorToFloat32(tensor, file) }] as const,
  );
  return importCosineAdapter(new Map(tensors), family);
}

/** Two networks in one file must not be mixed. */
function withoutPrefixes(tensors: ReadonlyMap<string, AdapterTensor>): ReadonlyMap<string, AdapterTensor> {
  const named = new Map<string, AdapterTensor>();
  for (const [full, tensor] of tensors) {
    const name = full.replace(/^.*?(?=layers\.\d)/, '');
    if (named.has(name)) refuse(name, 'is there twice');
    named.set(name, tensor);
  }
  return named;
}

function reordered(values: Float32Array, outputs: number): Float32Array {
  const width = values.length / outputs;
  const rows = (OUTPUT_ORDER[outputs] ?? []).map((row) => values.subarray(row * width, (row + 1) * width));
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

function refuse(tensor: string, problem: string): never {
  const advice = 'Export the state dictionary of the published network, and name the family that it was trained with.';
  throw new InvalidInputError({ source: 'adapter weights' }, `'${tensor}' ${problem}`, advice);
}
