import type { BitFamily } from './bit-family.js';
import { normalTail } from './normal-tail.js';

/** Beyond so many slots, even and odd are equally likely to one part in 10,000. */
const FAR = 1.5;
/** Slots on each side that a vector may have moved over, in the sum of the odds. */
const SLOTS = 6;

/**
 * Whether a projection falls into an even or an odd slot of a ruler that was laid at random. Near vectors fall into
 * the same slot, far ones into either.
 *
 * Given the place of the query in its slot, a vector at distance d has moved by d times a standard normal number.
 *
 * Source: slots as in E2LSH (Datar and others 2004), one bit each as in Raginsky and Lazebnik 2009.
 */
export class SlotBits implements BitFamily {
  readonly #width: number;
  readonly #offsets: Float64Array;

  /**
   * @param width of a slot, above 0
   * @param offsets where the ruler of each hash function starts, in slots, 0 to below 1
   */
  constructor(width: number, offsets: Float64Array) {
    this.#width = width;
    this.#offsets = offsets;
  }

  bit(hash: number, projection: number): number {
    return Math.abs(Math.floor(this.#slots(hash, projection)) % 2);
  }

  flipCost(hash: number, projection: number): number {
    const place = this.#place(hash, projection);
    return Math.min(place, 1 - place) ** 2;
  }

  flipOdds(hash: number, projection: number, score: number): number {
    const distance = Math.sqrt(Math.max(0, -score)) / this.#width;
    if (distance === 0) return 0;
    if (distance > FAR) return 0.5;
    const place = this.#place(hash, projection);
    return oddSlots(place, distance) + oddSlots(1 - place, distance);
  }

  #slots(hash: number, projection: number): number {
    return projection / this.#width + (this.#offsets[hash] ?? 0);
  }

  /** Where in its slot the projection is, 0 to below 1. */
  #place(hash: number, projection: number): number {
    const slots = this.#slots(hash, projection);
    return slots - Math.floor(slots);
  }
}

/** The probability of ending in an odd slot on the side whose edge is `edge` slots away. */
function oddSlots(edge: number, distance: number): number {
  let odds = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    const sign = slot % 2 === 0 ? 1 : -1;
    odds += sign * normalTail((edge + slot) / distance);
  }
  return odds;
}
