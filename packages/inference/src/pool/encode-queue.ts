import type { EncodeCall } from './encode-call.js';
import { Lane, type Work } from './lane.js';
import type { BatchLimits } from './window.js';

/** Calls with more texts than this have a lane of their own. */
const maxSmallTexts = 64;

/**
 * Decides what runs next: small calls and large ones take turns, batch by batch, and the large ones take turns
 * among themselves. Tokenizing small calls takes no turn: it is short, and their batch should follow at once.
 */
export class EncodeQueue {
  readonly #limits: BatchLimits;
  readonly #small = new Lane();
  // The lane at the front is served next among the large ones.
  #large: Lane[] = [];
  #turn: 'small' | 'large' = 'small';

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  add(call: EncodeCall): void {
    if (call.texts.length <= maxSmallTexts) {
      this.#small.add(call);
      return;
    }
    const lane = new Lane();
    lane.add(call);
    this.#large.push(lane);
  }

  /** What to do next; `undefined` when there is nothing, or nothing until work under way ends. */
  next(): Work | undefined {
    this.#large = this.#large.filter((lane) => !lane.empty);
    return this.#turn === 'small' ? (this.#takeSmall() ?? this.#takeLarge()) : (this.#takeLarge() ?? this.#takeSmall());
  }

  #takeSmall(): Work | undefined {
    const work = this.#small.takeBatch(this.#limits);
    if (work) this.#turn = 'large';
    return work ?? this.#small.takeTexts();
  }

  #takeLarge(): Work | undefined {
    for (const lane of this.#large) {
      const work = lane.takeBatch(this.#limits) ?? lane.takeTexts();
      if (!work) continue;
      this.#large = [...this.#large.filter((other) => other !== lane), lane];
      this.#turn = 'small';
      return work;
    }
    return undefined;
  }
}
