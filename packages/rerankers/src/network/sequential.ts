import type { Layer } from './layer.js';

/** Layers one after another. */
export function sequential(layers: readonly Layer[]): Layer {
  return {
    parameters: layers.flatMap(({ parameters }) => parameters),
    forward: (input, rows, mode) => layers.reduce((value, layer) => layer.forward(value, rows, mode), input),
    backward: (slope, rows) => layers.reduceRight((value, layer) => layer.backward(value, rows), slope),
  };
}
