import { Graph, graphColumns, type KernelMemory } from '@sluice/kernels';
import { VectorRows } from '../flat/vector-rows.js';
import type { VectorShape } from '../vector-shape.js';
import { CompactRows } from './compact-rows.js';
import type { HnswSettings } from './hnsw-options.js';
import { LiveRows } from './live-rows.js';

/** Rows that a graph's nodes stand for. */
export type HnswRows = VectorRows | CompactRows;

/** What an index is made of: row r of `rows` is node r of `graph`. */
export interface HnswParts {
  readonly rows: HnswRows;
  readonly graph: Graph;
  readonly live: LiveRows;
}

/** Of an index without vectors. */
export function emptyParts(memory: KernelMemory, shape: VectorShape, settings: HnswSettings): HnswParts {
  const graph = emptyGraph(memory, shape, settings);
  const { dimensions } = shape;
  const rows =
    settings.storage === 'float32' ? new VectorRows(memory, dimensions) : new CompactRows(memory, dimensions, graph);
  return { rows, graph, live: new LiveRows() };
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
