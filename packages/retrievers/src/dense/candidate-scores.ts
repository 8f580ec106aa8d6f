import type { Bitmap, Neighbours, Similarity } from '@sluice/core';
import { type Best, clampScores, offer, type Region, scoreFloat32Listed, sortBest } from '@sluice/kernels';
import type { VectorRows } from './flat/vector-rows.js';
import type { PaddedQueries } from './padded-queries.js';

/** Candidates scored at a time. */
const BLOCK_ROWS = 128;

/** What candidates are held against. */
export interface CandidateQuestion {
  readonly similarity: Similarity;
  /** At most so many are kept for a query; at least 1. */
  readonly topK: number;
  readonly filter?: Bitmap;
}

/**
 * Exact scores of candidate rows that an index proposes, and the best of them: for one query after the other.
 *
 * A row may be proposed more than once. Its regions of kernel memory hold, each on lines of its own: the query; the
 * block (rows, scores, ordinals); the heap (scores, ordinals, size). Close it when the search is over.
 */
export class CandidateScores {
  readonly #rows: VectorRows;
  readonly #question: CandidateQuestion;
  readonly #k: number;
  readonly #query: Region;
  readonly #block: Region;
  readonly #heap: Region;
  readonly #seen: SeenRows;
  #pending = 0;
  /** Rows of the current query that were proposed and pass. */
  count = 0;
  /** Rows of the current query that were proposed, each time. */
  proposals = 0;

  constructor(rows: VectorRows, question: CandidateQuestion, seen: SeenRows) {
    this.#rows = rows;
    this.#question = question;
    this.#seen = seen;
    this.#k = Math.max(1, Math.min(question.topK, rows.size));
    this.#query = rows.memory.allocate(rows.columns * 4);
    this.#block = rows.memory.allocate(BLOCK_ROWS * 12);
    this.#heap = rows.memory.allocate(lines(this.#k) * 2 + 64);
  }

  /** Forgets the last query's candidates. */
  start(query: Float32Array): void {
    this.#query.float32(0, this.#rows.columns).set(query);
    this.#best().sizes[0] = 0;
    this.#seen.start(this.#rows.size);
    this.#pending = 0;
    this.count = 0;
    this.proposals = 0;
  }

  propose(row: number): void {
    this.proposals++;
    if (!this.#seen.isNew(row)) return;
    const { filter } = this.#question;
    if (filter && !filter.has(this.#rows.ordinals()[row] ?? 0)) return;
    this.#block.uint32(0, BLOCK_ROWS)[this.#pending++] = row;
    this.count++;
    if (this.#pending === BLOCK_ROWS) this.#flush();
  }

  /** Scores of the best `topK`, or of all while there are fewer; in no order: a view, until the next proposal. */
  bestScores(): Float32Array {
    this.#flush();
    const { sizes, scores } = this.#best();
    return scores.subarray(0, sizes[0]);
  }

  /** Ordinals of the best, in the order of {@link bestScores}: a view, until the next proposal. */
  bestOrdinals(): Uint32Array {
    this.#flush();
    const { sizes, ordinals } = this.#best();
    return ordinals.subarray(0, sizes[0]);
  }

  /** Whether there are as many as there can be. */
  isFull(): boolean {
    this.#flush();
    return this.#best().sizes[0] === this.#k;
  }

  /** The best `limit`, best first: copies. No more of this query afterwards. */
  take(limit: number = this.#k): Pick<Neighbours, 'ordinals' | 'scores'> {
    this.#flush();
    const best = this.#best();
    sortBest(this.#rows.memory, best);
    const size = Math.min(limit, best.sizes[0] ?? 0);
    return { ordinals: best.ordinals.slice(0, size), scores: best.scores.slice(0, size) };
  }

  close(): void {
    for (const region of [this.#heap, this.#block, this.#query]) this.#rows.memory.free(region);
  }

  #flush(): void {
    const { memory, columns } = this.#rows;
    const count = this.#pending;
    if (count === 0) return;
    const list = this.#block.uint32(0, count);
    const scores = this.#block.float32(BLOCK_ROWS * 4, count);
    const metric = this.#question.similarity === 'euclidean' ? 'euclidean' : 'dot';
    const query = this.#query.float32(0, columns);
    scoreFloat32Listed(memory, { metric, query, rows: this.#rows.vectors(), list, scores, columns });
    if (this.#question.similarity === 'cosine') clampScores(memory, { scores, minimum: -1, maximum: 1 });
    const ordinals = this.#block.uint32(BLOCK_ROWS * 8, count);
    const all = this.#rows.ordinals();
    for (let at = 0; at < count; at++) ordinals[at] = all[list[at] ?? 0] ?? 0;
    offer(memory, { best: this.#best(), scores, ordinals });
    this.#pending = 0;
  }

  #best(): Best {
    const k = this.#k;
    return {
      k,
      scores: this.#heap.float32(0, k),
      ordinals: this.#heap.uint32(lines(k), k),
      sizes: this.#heap.uint32(2 * lines(k), 1),
    };
  }
}

/** Which rows a query has met. A mark is the query's number, so that a new query clears nothing. */
export class SeenRows {
  #marks = new Uint32Array(0);
  #query = 0;

  get bytes(): number {
    return this.#marks.byteLength;
  }

  start(rows: number): void {
    if (this.#query === 0xffffffff || rows > this.#marks.length) {
      this.#marks = new Uint32Array(Math.max(rows, this.#marks.length));
      this.#query = 0;
    }
    this.#query++;
  }

  /** Whether the row is met for the first time. */
  isNew(row: number): boolean {
    if (this.#marks[row] === this.#query) return false;
    this.#marks[row] = this.#query;
    return true;
  }
}

/** The answers of queries, each by `answer`, one after the other. */
export function answerEach(
  { count, columns, data }: PaddedQueries,
  answer: (query: Float32Array) => Pick<Neighbours, 'ordinals' | 'scores'>,
): Neighbours {
  const answers = Array.from({ length: count }, (_, row) => answer(data.subarray(row * columns, (row + 1) * columns)));
  const offsets = new Uint32Array(count + 1);
  for (const [row, { ordinals }] of answers.entries()) offsets[row + 1] = (offsets[row] ?? 0) + ordinals.length;
  const total = offsets[count] ?? 0;
  const all = { offsets, ordinals: new Uint32Array(total), scores: new Float32Array(total) };
  for (const [row, { ordinals, scores }] of answers.entries()) {
    all.ordinals.set(ordinals, offsets[row]);
    all.scores.set(scores, offsets[row]);
  }
  return all;
}

/** Bytes of `count` numbers of 32 bits, in whole cache lines. */
function lines(count: number): number {
  return Math.ceil(count / 16) * 64;
}
