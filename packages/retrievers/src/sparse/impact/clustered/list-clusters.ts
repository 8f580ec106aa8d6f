import type { Sketches } from './sketches.js';

/** Terms by which documents are compared when they are put into clusters: enough to tell what they are about. */
const COMPARED_TERMS = 16;

/**
 * Puts documents of a list into clusters: around some drawn at random, each with the one whose sketch it has the largest
 * product with; the first of equals. One pass, no iterations: lists are many, and a better partition finds little more.
 *
 * Owns scratch for one thread.
 */
export class ListClustering {
  readonly #sketches: Sketches;
  readonly #compared: number;
  readonly #random: () => number;
  // By term: the first entry of its chain, 0 where there is none. Entries are numbered from 1.
  readonly #heads: Uint32Array;
  readonly #next: Uint32Array;
  readonly #clusters: Uint16Array;
  readonly #weights: Float32Array;
  readonly #products: Float64Array;

  /** @param most clusters that a list may have */
  constructor(sketches: Sketches, { columns, most, random }: { columns: number; most: number; random: () => number }) {
    this.#sketches = sketches;
    this.#compared = Math.min(COMPARED_TERMS, sketches.width);
    this.#random = random;
    this.#heads = new Uint32Array(columns);
    this.#next = new Uint32Array(most * COMPARED_TERMS + 1);
    this.#clusters = new Uint16Array(most * COMPARED_TERMS + 1);
    this.#weights = new Float32Array(most * COMPARED_TERMS + 1);
    this.#products = new Float64Array(most);
  }

  /** The cluster of each document, 0 to before `count`; some may stay empty. */
  assign(rows: Uint32Array, count: number): Uint16Array {
    const centroids = this.#draw(rows, count);
    this.#link(centroids);
    const products = this.#products.subarray(0, count);
    const clusters = Uint16Array.from(rows, (row) => {
      this.#multiply(row, products);
      let best = 0;
      for (let cluster = 1; cluster < count; cluster++) {
        if ((products[cluster] ?? 0) > (products[best] ?? 0)) best = cluster;
      }
      return best;
    });
    this.#unlink(centroids);
    return clusters;
  }

  /** Distinct documents of the list. */
  #draw(rows: Uint32Array, count: number): Uint32Array {
    const shuffled = rows.slice();
    for (let at = 0; at < count; at++) {
      const other = at + Math.floor(this.#random() * (shuffled.length - at));
      const drawn = shuffled[other] ?? 0;
      shuffled[other] = shuffled[at] ?? 0;
      shuffled[at] = drawn;
    }
    return shuffled.subarray(0, count);
  }

  #link(centroids: Uint32Array): void {
    const [width, compared] = [this.#sketches.width, this.#compared];
    let entry = 0;
    for (const [cluster, row] of centroids.entries()) {
      for (let at = row * width; at < row * width + compared; at++) {
        const term = this.#sketches.terms[at] ?? 0;
        entry++;
        this.#next[entry] = this.#heads[term] ?? 0;
        this.#heads[term] = entry;
        this.#clusters[entry] = cluster;
        this.#weights[entry] = this.#sketches.impacts[at] ?? 0;
      }
    }
  }

  #unlink(centroids: Uint32Array): void {
    const [width, compared] = [this.#sketches.width, this.#compared];
    for (const row of centroids) {
      for (let at = row * width; at < row * width + compared; at++) {
        this.#heads[this.#sketches.terms[at] ?? 0] = 0;
      }
    }
  }

  #multiply(row: number, products: Float64Array): void {
    const [width, compared] = [this.#sketches.width, this.#compared];
    products.fill(0);
    for (let at = row * width; at < row * width + compared; at++) {
      const impact = this.#sketches.impacts[at] ?? 0;
      if (impact === 0) break;
      for (let entry = this.#heads[this.#sketches.terms[at] ?? 0] ?? 0; entry !== 0; entry = this.#next[entry] ?? 0) {
        const cluster = this.#clusters[entry] ?? 0;
        products[cluster] = (products[cluster] ?? 0) + impact * (this.#weights[entry] ?? 0);
      }
    }
  }
}
