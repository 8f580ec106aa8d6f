import { scoreFloat32Reference } from '../float32.reference.js';
import { decodeNodesReference } from './decode-nodes.reference.js';
import type { ScoreNodesCall } from './score-nodes.js';

/** Plain twin of `scoreNodes`, bit for bit; what runs where SIMD is missing. */
export function scoreNodesReference({ query, scores, metric, columns, ...nodes }: ScoreNodesCall): void {
  const rows = new Float32Array(nodes.list.length * columns);
  decodeNodesReference({ ...nodes, target: rows, width: columns, columns });
  scoreFloat32Reference({ metric, queries: query, rows, scores, columns });
}
