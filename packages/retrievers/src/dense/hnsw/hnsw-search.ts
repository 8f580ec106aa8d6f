import type { Bitmap, Neighbours, Similarity } from '@sluice/core';
import { scoresOfRows } from '../flat/exact-scores.js';
import type { PaddedQueries } from '../padded-queries.js';
import type { HnswParts } from './hnsw-parts.js';
import type { NodeCode } from './node-code.js';

/** Of the codes' order, twice as many as are wanted and ten more hold the best: their scores are computed exactly. */
const RESCORED_SPARE = 10;

/** What a walk looks for. */
export interface HnswQuestion {
  readonly similarity: Similarity;
  readonly topK: number;
  /** Places for vectors that pass. */
  readonly beam: number;
  /** How many vectors pass, as far as is known. */
  readonly passing: number;
  readonly filter?: Bitmap;
  /**
   * A row that must not be met, for measurements.
   * @default -1: none
   */
  readonly hidden?: number;
}

/** Walks of a graph, one for each query. */
export class HnswSearch {
  readonly #parts: HnswParts;
  readonly #question: HnswQuestion;
  readonly #code: NodeCode;

  /** @param code scratch, for the dimensions and the similarity */
  constructor(parts: HnswParts, question: HnswQuestion, code: NodeCode) {
    this.#parts = parts;
    this.#question = question;
    this.#code = code;
  }

  /** @param scan asked about a single query whose walk would have to visit most of the graph */
  run(queries: PaddedQueries, scan: (query: PaddedQueries) => Neighbours): Neighbours {
    const { count, columns, data } = queries;
    const { topK } = this.#question;
    const offsets = new Uint32Array(count + 1);
    const ordinals = new Uint32Array(count * topK);
    const scores = new Float32Array(count * topK);
    for (let row = 0; row < count; row++) {
      const query = data.subarray(row * columns, (row + 1) * columns);
      const listed = this.#walk(query);
      const found = listed ? this.#rescored(query, listed) : scan({ count: 1, columns, data: query });
      const start = offsets[row] ?? 0;
      ordinals.set(found.ordinals, start);
      scores.set(found.scores, start);
      offsets[row + 1] = start + found.ordinals.length;
    }
    const end = offsets[count] ?? 0;
    return { offsets, ordinals: ordinals.slice(0, end), scores: scores.slice(0, end) };
  }

  /**
   * The rows that a walk finds and that pass, the best by their codes first; `undefined` when a scan is cheaper.
   *
   * Places in the beam are lost to rows that do not pass, so it is wider by their share, and twice as wide again for
   * as long as they take more than half of what was meant for others.
   */
  #walk(query: Float32Array): Uint32Array | undefined {
    const { rows, graph } = this.#parts;
    const { topK, beam, passing, hidden = -1 } = this.#question;
    const code = this.#code.encode(query);
    const wanted = Math.min(2 * topK + RESCORED_SPARE, beam);
    for (let width = Math.ceil((beam * rows.size) / passing); width <= rows.size / 4; width *= 2) {
      const { nodes } = graph.search(code, width, hidden === -1 ? undefined : hidden);
      const listed = this.#passing(nodes, wanted);
      if (listed.length >= Math.min(wanted, Math.max(topK, beam / 2))) return listed;
    }
    return undefined;
  }

  #passing(nodes: Uint32Array, limit: number): Uint32Array {
    const { rows, live } = this.#parts;
    const { filter } = this.#question;
    const ordinals = rows.ordinals();
    const listed = new Uint32Array(limit);
    let length = 0;
    for (let at = 0; at < nodes.length && length < limit; at++) {
      const row = nodes[at] ?? 0;
      if (live.has(row) && (!filter || filter.has(ordinals[row] ?? 0))) listed[length++] = row;
    }
    return listed.subarray(0, length);
  }

  /** The best of the rows by their exact scores, ties by ordinal. */
  #rescored(query: Float32Array, listed: Uint32Array): { ordinals: Uint32Array; scores: Float32Array } {
    const { rows } = this.#parts;
    const scores = scoresOfRows(rows, this.#question.similarity, query, listed);
    const ordinals = rows.ordinals();
    for (let at = 0; at < listed.length; at++) listed[at] = ordinals[listed[at] ?? 0] ?? 0;
    sortByScore(listed, scores);
    const count = Math.min(this.#question.topK, listed.length);
    return { ordinals: listed.subarray(0, count), scores: scores.subarray(0, count) };
  }
}

/** Larger scores first, then smaller ordinals. By insertion: the few there are come nearly in order. */
function sortByScore(ordinals: Uint32Array, scores: Float32Array): void {
  for (let from = 1; from < scores.length; from++) {
    const score = scores[from] ?? 0;
    const ordinal = ordinals[from] ?? 0;
    let at = from;
    for (; at > 0; at--) {
      const before = scores[at - 1] ?? 0;
      const other = ordinals[at - 1] ?? 0;
      if (before > score || (before === score && other < ordinal)) break;
      scores[at] = before;
      ordinals[at] = other;
    }
    scores[at] = score;
    ordinals[at] = ordinal;
  }
}
