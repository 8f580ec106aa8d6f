import type { Similarity } from '@sluice/core';
import {
  type Best,
  CODEWORDS,
  clampScores,
  offer,
  type Region,
  sortBest,
  sumCodes,
  sumCodesListed,
} from '@sluice/kernels';
import type { VectorRows } from '../flat/vector-rows.js';
import type { NeighbourList } from '../neighbour-lists.js';
import type { ByteRows } from './byte-rows.js';
import type { VectorCodec } from './vector-codec.js';

/** Rows scored at a time: a multiple of 16, so that every block of codes starts on 16 bytes. */
const BLOCK_ROWS = 1024;

/** What a scan reads. */
export interface CodeParts {
  readonly rows: VectorRows;
  readonly codes: ByteRows;
  readonly codec: VectorCodec;
  readonly similarity: Similarity;
}

/**
 * Compares one query after another with codes, and keeps the best k by what the codes stand for.
 *
 * Its region of the kernel memory holds, each on a line of its own: the tables, a block's listed rows, ordinals and
 * scores (1,024 each), and the heap (scores and ordinals, k each; its size).
 */
export class CodeScan {
  readonly #parts: CodeParts;
  readonly #k: number;
  readonly #tables: Region;
  readonly #block: Region;

  /** @param k at least 1 */
  constructor(parts: CodeParts, k: number) {
    const { memory } = parts.rows;
    this.#parts = parts;
    this.#k = k;
    this.#tables = memory.allocate(parts.codes.width * CODEWORDS * 4);
    try {
      this.#block = memory.allocate(3 * BLOCK_ROWS * 4 + 2 * lines(k) + 64);
    } catch (error) {
      memory.free(this.#tables);
      throw error;
    }
  }

  /** The best of all rows, or of a list, by falling score and then by rising ordinal. */
  best(query: Float32Array, list: Uint32Array | undefined): NeighbourList {
    this.#parts.codec.fillTables(query, this.#tables);
    const best = this.#best();
    best.sizes.fill(0);
    const { memory } = this.#parts.rows;
    const all = this.#parts.rows.ordinals();
    const count = list?.length ?? this.#parts.rows.size;
    for (let start = 0; start < count; start += BLOCK_ROWS) {
      const end = Math.min(start + BLOCK_ROWS, count);
      const scores = this.#block.float32(BLOCK_ROWS * 8, end - start);
      this.#score(list?.subarray(start, end), start, end, scores);
      if (this.#parts.similarity === 'cosine') clampScores(memory, { scores, minimum: -1, maximum: 1 });
      const ordinals = this.#block.uint32(BLOCK_ROWS * 4, end - start);
      for (let at = start; at < end; at++) ordinals[at - start] = all[list?.[at] ?? at] ?? 0;
      offer(memory, { best, scores, ordinals });
    }
    sortBest(memory, best);
    const size = best.sizes[0] ?? 0;
    return { ordinals: best.ordinals.slice(0, size), scores: best.scores.slice(0, size) };
  }

  /** Scores of listed rows, in their order. */
  scores(query: Float32Array, list: Uint32Array): Float32Array {
    this.#parts.codec.fillTables(query, this.#tables);
    const scores = new Float32Array(list.length);
    for (let start = 0; start < list.length; start += BLOCK_ROWS) {
      const listed = list.subarray(start, start + BLOCK_ROWS);
      const own = this.#block.float32(BLOCK_ROWS * 8, listed.length);
      this.#score(listed, 0, 0, own);
      if (this.#parts.similarity === 'cosine') {
        clampScores(this.#parts.rows.memory, { scores: own, minimum: -1, maximum: 1 });
      }
      scores.set(own, start);
    }
    return scores;
  }

  /** Gives the kernel memory back. Nothing may be called afterwards. */
  close(): void {
    this.#parts.rows.memory.free(this.#block);
    this.#parts.rows.memory.free(this.#tables);
  }

  #score(listed: Uint32Array | undefined, start: number, end: number, scores: Float32Array): void {
    const { rows, codes } = this.#parts;
    const parts = codes.width;
    const tables = this.#tables.float32(0, parts * CODEWORDS);
    if (!listed) {
      sumCodes(rows.memory, { codes: codes.view(start, end), parts, tables, scores });
      return;
    }
    const list = this.#block.uint32(0, listed.length);
    list.set(listed);
    sumCodesListed(rows.memory, { codes: codes.view(0, rows.size), parts, tables, scores, list });
  }

  #best(): Best {
    const start = 3 * BLOCK_ROWS * 4;
    return {
      k: this.#k,
      scores: this.#block.float32(start, this.#k),
      ordinals: this.#block.uint32(start + lines(this.#k), this.#k),
      sizes: this.#block.uint32(start + 2 * lines(this.#k), 1),
    };
  }
}

/** Bytes of `count` numbers of 32 bits, in whole cache lines. */
function lines(count: number): number {
  return Math.ceil(count / 16) * 64;
}
