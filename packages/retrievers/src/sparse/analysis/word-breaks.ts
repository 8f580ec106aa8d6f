import {
  classLetters,
  classRuns,
  firstAccepting,
  stateCount,
  transitions as transitionLetters,
} from './generated/word-breaks.js';

const DEAD = 0;
const START = 1;
const classCount = classLetters.length;

/** UTF-16 units a word may have; longer ones are cut. Lucene's default. */
export const maxWordUnits = 255;

/**
 * Finds words as Lucene 9's StandardTokenizer does: Unicode Standard Annex 29 and emoji sequences with the
 * classes of Unicode 12.1, Han and Hiragana by character, South East Asian scripts by run; punctuation and spaces are
 * no words. An automaton that the grammar was compiled into (`scripts/generate-word-breaks.js`).
 *
 * Tables: 65 KB, decoded once for each instance.
 */
export class WordBreaks {
  // Class of each code point below U+10000.
  readonly #classes = new Uint8Array(0x10000);
  // Runs above it: run r goes from #starts[r] to before #starts[r + 1] and is of class #runClasses[r].
  readonly #starts: number[] = [];
  readonly #runClasses: number[] = [];
  // Row-major, stateCount x classCount: the next state.
  readonly #transitions = new Uint8Array(stateCount * classCount);

  constructor() {
    for (let at = 0; at < this.#transitions.length; at++) this.#transitions[at] = transitionLetters.charCodeAt(at) - 48;
    let point = 0;
    for (const [, length = '', letter = ''] of classRuns.matchAll(/([0-9a-z]+)([^0-9a-z])/g)) {
      const end = point + Number.parseInt(length, 36);
      const kind = classLetters.indexOf(letter);
      this.#classes.fill(kind, Math.min(point, 0x10000), Math.min(end, 0x10000));
      if (end > 0x10000) {
        this.#starts.push(Math.max(point, 0x10000));
        this.#runClasses.push(kind);
      }
      point = end;
    }
  }

  /**
   * Where the word that starts at `from` ends: at most {@link maxWordUnits} later, `from` itself when no word starts
   * there. Words are as long as possible. A lone surrogate is in no word.
   */
  wordEnd(text: string, from: number): number {
    const limit = lastUnit(text, from);
    let end = from;
    let state = START;
    for (let at = from; at < limit; ) {
      const unit = text.charCodeAt(at);
      let kind: number;
      if (unit >= 0xd800 && unit <= 0xdbff) {
        const point = text.codePointAt(at) ?? 0;
        kind = this.#classOf(point);
        at += point > 0xffff ? 2 : 1;
      } else {
        kind = this.#classes[unit] ?? 0;
        at++;
      }
      state = this.#transitions[state * classCount + kind] ?? DEAD;
      if (state >= firstAccepting) end = at;
      else if (state === DEAD) break;
    }
    return end;
  }

  #classOf(point: number): number {
    if (point < 0x10000) return this.#classes[point] ?? 0;
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= point) low = middle;
      else high = middle - 1;
    }
    return this.#runClasses[low] ?? 0;
  }
}

/** The end of what a word may cover: a pair of surrogates is never cut in two. */
function lastUnit(text: string, from: number): number {
  const limit = from + maxWordUnits;
  if (limit >= text.length) return text.length;
  const unit = text.charCodeAt(limit - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? limit - 1 : limit;
}
