import type { LinearMaps } from './linear-maps.js';
import type { OnnxGraph } from './onnx-graph.js';

/** Outputs of a probed graph are named so, with a number behind, in the order of the normalisations. */
export const RANGE = 'range_';

/**
 * The same maps, and for each normalisation that linear maps read, one output more: the largest size that each column
 * has over all tokens of a batch.
 */
export function probedMaps(graph: OnnxGraph, maps: LinearMaps, hidden: number): LinearMaps {
  let number = 0;
  return {
    ...maps,
    async norm(sum, norm, readers) {
      const normed = await maps.norm(sum, norm, readers);
      if (readers.length > 0) {
        const sizes = graph.node('Abs', [normed.value]);
        const largest = graph.node('ReduceMax', [sizes, graph.integers([0, 1])], { integers: { keepdims: 0 } });
        graph.output(largest, { name: `${RANGE}${number}`, type: 'float32', axes: [hidden] });
        number += 1;
      }
      return normed;
    },
  };
}
