import type { CandidateScores } from '../candidate-scores.js';
import type { VectorRows } from '../flat/vector-rows.js';
import { capturedRecall } from './captured-recall.js';
import type { Forest } from './forest.js';
import { marginOf } from './forest-points.js';
import { NodeQueue } from './node-queue.js';

/** Candidates between two looks at what was found grow by this. */
const GROWTH = 1.25;

/**
 * Neighbours are not equally easy to find, so that capture and recapture misses more than it sees: on clusters and on
 * text embeddings, three times as many at most.
 */
const OVERLOOKED = 4;

/** When a search is over. */
export interface ForestEffort {
  /** The share of the true nearest that must have been found, as far as can be known. */
  readonly recall: number;
  /** Candidates beyond which a scan of everything is cheaper. */
  readonly maxCandidates: number;
  /** The same for rows of leaves, met before or not passing a filter. */
  readonly maxProposals: number;
}

/** One query's way through all trees at once: always on to the node whose planes are least on the wrong side. */
export class ForestSearch {
  readonly #forest: Forest;
  readonly #rows: VectorRows;
  readonly #candidates: CandidateScores;
  readonly #queue = new NodeQueue();
  readonly #isVisited: Uint8Array;

  constructor(forest: Forest, rows: VectorRows, candidates: CandidateScores) {
    this.#forest = forest;
    this.#rows = rows;
    this.#candidates = candidates;
    this.#isVisited = new Uint8Array(forest.nodes.count);
    for (const root of forest.roots) this.#queue.push(Number.POSITIVE_INFINITY, root);
  }

  /** Proposes the rows of leaves until few are missing; false when there were too many, and a scan must answer. */
  run(query: Float32Array, { recall, maxCandidates, maxProposals }: ForestEffort): boolean {
    for (let wanted = this.#forest.settings.leafSize; ; wanted = Math.ceil(wanted * GROWTH)) {
      if (!this.#visitUntil(wanted, query)) return true;
      if (this.#candidates.count > maxCandidates || this.#candidates.proposals > maxProposals) return false;
      if (this.#candidates.isFull() && this.#recallSoFar() >= recall) return true;
    }
  }

  /** Visits leaves until there were `wanted` rows; false when there are no more. */
  #visitUntil(wanted: number, query: Float32Array): boolean {
    const { nodes } = this.#forest;
    let isMore = true;
    while (this.#candidates.proposals < wanted && isMore) {
      isMore = this.#queue.pop();
      if (!isMore) break;
      const { node, priority } = this.#queue;
      if (nodes.isLeaf(node)) this.#visitLeaf(node);
      else {
        const margin = marginOf(nodes.plane(node), query);
        this.#queue.push(Math.min(priority, -margin), nodes.left(node));
        this.#queue.push(Math.min(priority, margin), nodes.right(node));
      }
    }
    return isMore;
  }

  #visitLeaf(leaf: number): void {
    this.#isVisited[leaf] = 1;
    for (const row of this.#forest.nodes.rows(leaf)) this.#candidates.propose(row);
  }

  #recallSoFar(): number {
    const { trees } = this.#forest.settings;
    const captures = this.#candidates.bestOrdinals().map((ordinal) => {
      const row = this.#rows.rowOf(ordinal);
      let count = 0;
      for (let tree = 0; tree < trees; tree++) count += this.#isVisited[this.#forest.leafOf(row, tree)] ?? 0;
      return count;
    });
    return 1 - OVERLOOKED * (1 - capturedRecall(trees, captures));
  }
}
