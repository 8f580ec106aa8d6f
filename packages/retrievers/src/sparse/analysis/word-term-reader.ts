import { noTerm, type TermReader } from './analyzer.js';
import { SurfaceTable } from './surface-table.js';
import { maxWordUnits, type WordBreaks } from './word-breaks.js';

/** Tokens in a piece at most. */
const PIECE_TOKENS = 4096;
/** UTF-16 units in a piece at most, about: a word is never cut. */
const PIECE_UNITS = 1 << 18;
const MAX_SURFACES = 1 << 18;
const MAX_SURFACE_UNITS = 1 << 22;
const UNKNOWN = -2;

/** How a unit below 128 takes part in words. All others, and what is not obvious, go through the automaton. */
const SEPARATOR = 0;
/** Goes on a word, and starts one. */
const LETTER_OR_DIGIT = 1;
/** Joins two letters or two digits, and starts no word. */
const JOINER = 2;
/** Starts a word sometimes: `_` before a letter, `#` and `*` in a keycap emoji. */
const STARTER = 3;

const asciiKinds: Uint8Array = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (/[0-9A-Za-z]/.test(character)) return LETTER_OR_DIGIT;
  if (/[.,:;']/.test(character)) return JOINER;
  return /[_#*]/.test(character) ? STARTER : SEPARATOR;
});

/** What an analyzer over words is made of. */
export interface WordAnalysis {
  readonly breaks: WordBreaks;
  /** The term of a word as it stands in the text, or `undefined` for a word that is dropped. A pure function. */
  termOf(word: string): string | undefined;
}

/**
 * Reads texts over {@link WordBreaks}: plain ASCII words by a loop over their units, everything else by the automaton,
 * and each distinct word through `termOf` once, for as long as the cache remembers it (262,144 words).
 */
export class WordTermReader implements TermReader {
  readonly terms: Int32Array = new Int32Array(PIECE_TOKENS);
  count = 0;
  readonly #analysis: WordAnalysis;
  readonly #idOf: (term: string) => number;
  readonly #surfaces = new SurfaceTable(MAX_SURFACES, MAX_SURFACE_UNITS);

  constructor(analysis: WordAnalysis, idOf: (term: string) => number) {
    this.#analysis = analysis;
    this.#idOf = idOf;
  }

  read(text: string, from: number): number {
    const limit = Math.min(text.length, from + PIECE_UNITS);
    this.count = 0;
    let at = from;
    while (at < limit && this.count < PIECE_TOKENS) {
      const unit = text.charCodeAt(at);
      const kind = unit < 128 ? (asciiKinds[unit] ?? STARTER) : STARTER;
      if (kind === LETTER_OR_DIGIT) at = this.#readPlain(text, at);
      else if (kind === STARTER) at = this.#readAny(text, at);
      else at++;
    }
    return at;
  }

  /** A word that starts with an ASCII letter or digit; returns its end. */
  #readPlain(text: string, start: number): number {
    let end = start;
    let hash = 0;
    let unit = 0;
    // Not to the end of a run of megabytes for each of the words that it is cut into.
    const limit = Math.min(text.length, start + maxWordUnits + 1);
    for (; end < limit; end++) {
      unit = text.charCodeAt(end);
      if (unit >= 128 || asciiKinds[unit] !== LETTER_OR_DIGIT) break;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    if (end - start > maxWordUnits || (end < text.length && mayGoOn(text, end, unit)))
      return this.#readAny(text, start);
    this.#emit(text, start, end, hash ^ (hash >>> 15));
    return end;
  }

  #readAny(text: string, start: number): number {
    const end = this.#analysis.breaks.wordEnd(text, start);
    if (end === start) return start + 1;
    let hash = 0;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    this.#emit(text, start, end, hash ^ (hash >>> 15));
    return end;
  }

  #emit(text: string, start: number, end: number, hash: number): void {
    let id = this.#surfaces.get(text, start, end, hash, UNKNOWN);
    if (id === UNKNOWN) {
      const term = this.#analysis.termOf(text.slice(start, end));
      id = term === undefined ? noTerm : this.#idOf(term);
      this.#surfaces.set(text, start, end, hash, id);
    }
    if (id !== noTerm) this.terms[this.count++] = id;
  }
}

/** Whether a word of ASCII letters and digits may go on with `unit` at `end`: false only when it certainly ends. */
function mayGoOn(text: string, end: number, unit: number): boolean {
  if (unit >= 128 || unit === 0x5f) return true;
  if (asciiKinds[unit] !== JOINER || end + 1 === text.length) return false;
  const next = text.charCodeAt(end + 1);
  return next >= 128 || asciiKinds[next] === LETTER_OR_DIGIT;
}
