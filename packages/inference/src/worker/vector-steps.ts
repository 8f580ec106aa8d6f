import type { PooledStep } from '../folder/sentence-modules.js';
import { normalizeRows } from '../normalize-rows.js';
import { type DenseLayer, loadDenseLayer } from './dense-layer.js';

/** What happens to vectors after the graph, step by step. */
export interface VectorSteps {
  /** Columns of what comes out. */
  readonly outputs: number;
  /** `rows` may be changed, and may be what comes back. */
  apply(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
}

/**
 * Reads the weights of dense layers.
 *
 * @param inputs columns of the vectors before the first step
 * @throws {ModelFileError} weights are missing, broken, or of another shape than the configuration says
 */
export async function openVectorSteps(steps: readonly PooledStep[], inputs: number): Promise<VectorSteps> {
  const layers: (DenseLayer | 'normalize')[] = [];
  for (const step of steps) layers.push(step.kind === 'normalize' ? step.kind : await loadDenseLayer(step));
  return {
    outputs: outputsOf(steps, inputs),
    apply(rows) {
      let vectors = rows;
      let columns = inputs;
      for (const layer of layers) {
        if (layer === 'normalize') {
          normalizeRows(vectors, columns);
          continue;
        }
        vectors = layer.apply(vectors);
        columns = layer.outputs;
      }
      return vectors;
    },
  };
}

/** Columns of a vector after the steps: those of the last dense layer. */
export function outputsOf(steps: readonly PooledStep[], inputs: number): number {
  let columns = inputs;
  for (const step of steps) if (step.kind === 'dense') columns = step.outputs;
  return columns;
}
