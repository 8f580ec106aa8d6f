import { Graph, graphColumns, type KernelMemory } from '@sluice/kernels';
import type { VectorRows } from '../flat/vector-rows.js';
import type { VectorShape } from '../vector-shape.js';
import type { HnswSettings } from './hnsw-options.js';
import type { LiveRows } from './live-rows.js';

/** What an index is made of: row r of `rows` is node r of `graph`. */
export interface HnswParts {
  readonly rows: VectorRows;
  readonly graph: Graph;
  readonly live: LiveRows;
}

/** A graph for vectors of a shape, without nodes. */
export function emptyGraph(
  memory: KernelMemory,
  { dimensions, similarity }: VectorShape,
  { degree }: HnswSettings,
): Graph {
  const factor = similarity === 'euclidean' ? 2 : 1;
  return new Graph(memory, { columns: graphColumns(dimensions), degree, factor });
}
