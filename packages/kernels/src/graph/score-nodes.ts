import { ShapeError } from '../errors/index.js';
import { FLOAT32_COLUMNS, type Float32Metric } from '../float32.js';
import { INT8_COLUMNS } from '../int8.js';
import { expectRows } from '../listed-rows.js';
import type { KernelMemory } from '../memory.js';
import type { DecodeNodesCall } from './decode-nodes.js';
import { SKETCH_NUMBER_BYTES, signBytes } from './graph-layout.js';
import { scoreNodesReference } from './score-nodes.reference.js';

/** Views of the kernel memory, aligned to 16 bytes: a query of float32, and what a graph has of its nodes. */
export interface ScoreNodesCall extends Pick<DecodeNodesCall, 'codes' | 'sketches' | 'list' | 'stride'> {
  readonly metric: Float32Metric;
  readonly query: Float32Array;
  /** Overwritten, one a listed node: larger is better. */
  readonly scores: Float32Array;
  /** Numbers of the query: a multiple of {@link FLOAT32_COLUMNS}, at most `stride`. What a node has beyond is not read. */
  readonly columns: number;
}

/**
 * Scores a query against chosen nodes where they lie. Allocates nothing.
 *
 * The bits are those of `scoreFloat32` on the decoded nodes.
 *
 * Oracle: `score-nodes.reference.ts`.
 *
 * @throws {ShapeError} a view is outside `memory`, misaligned, or of the wrong length; a listed row is not there
 */
export function scoreNodes(memory: KernelMemory, call: ScoreNodesCall): void {
  const { metric, query, codes, sketches, list, scores, stride, columns } = call;
  expectWidths(call);
  const rows = memory.rowsOf('codes', codes, stride);
  const sketchBytes = signBytes(stride) + SKETCH_NUMBER_BYTES;
  memory.expectLength('sketches', sketches, rows * sketchBytes);
  memory.expectLength('query', query, columns);
  memory.expectLength('scores', scores, list.length);
  memory.expectView('list', list);
  expectRows(list, rows);
  const { kernels } = memory;
  if (!kernels) {
    scoreNodesReference(call);
    return;
  }
  const run = metric === 'dot' ? kernels.dotNodes : kernels.euclideanNodes;
  const [from, signs, at, out] = [codes.byteOffset, sketches.byteOffset, list.byteOffset, scores.byteOffset];
  run(query.byteOffset, from, signs, at, out, list.length, stride, sketchBytes, columns);
}

function expectWidths({ stride, columns }: ScoreNodesCall): void {
  if (!(stride > 0 && stride <= 32_768 && stride % INT8_COLUMNS === 0)) {
    throw new ShapeError('stride', `${stride} is not a multiple of ${INT8_COLUMNS} up to 32,768`);
  }
  if (!(columns > 0 && columns <= stride && columns % FLOAT32_COLUMNS === 0)) {
    throw new ShapeError('columns', `${columns} is not a multiple of ${FLOAT32_COLUMNS} up to ${stride}`);
  }
}
