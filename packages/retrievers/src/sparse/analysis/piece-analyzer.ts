import type { Analyzer, TermReader } from './analyzer.js';
import { noTerm } from './analyzer.js';

const FIRST_TERMS = 4096;
const PIECE_UNITS = 1 << 14;
/** A unit that is in no word: a piece may end behind it. Halves of characters do not count. */
const outside = /[^\p{L}\p{N}\p{M}\p{Cs}]/u;

/** Splits a bounded piece of text into terms. A pure function. */
export type TermsOfPiece = (piece: string) => readonly string[];

/** How text is cut into pieces. */
export interface PieceOptions {
  /**
   * UTF-16 units of a piece at most.
   * @default 16,384
   */
  readonly pieceUnits?: number | undefined;
}

/**
 * An analyzer of pieces: text is cut where a word or a run of ideographs ends, every `pieceUnits`, and only a run longer
 * than that is cut inside, between two characters.
 */
export function pieceAnalyzer(
  name: string,
  fingerprint: string,
  termsOfPiece: TermsOfPiece,
  { pieceUnits = PIECE_UNITS }: PieceOptions = {},
): Analyzer {
  return {
    name,
    fingerprint,
    analyze: (text) => {
      const terms: string[] = [];
      for (let at = 0; at < text.length; ) {
        const end = pieceEnd(text, at, pieceUnits);
        for (const term of termsOfPiece(text.slice(at, end))) terms.push(term);
        at = end;
      }
      return terms;
    },
    openReader: (idOf) => new PieceTermReader(termsOfPiece, idOf, pieceUnits),
  };
}

class PieceTermReader implements TermReader {
  terms: Int32Array = new Int32Array(FIRST_TERMS);
  count = 0;
  readonly #termsOfPiece: TermsOfPiece;
  readonly #idOf: (term: string) => number;
  readonly #pieceUnits: number;

  constructor(termsOfPiece: TermsOfPiece, idOf: (term: string) => number, pieceUnits: number) {
    this.#termsOfPiece = termsOfPiece;
    this.#idOf = idOf;
    this.#pieceUnits = pieceUnits;
  }

  read(text: string, from: number): number {
    const end = pieceEnd(text, from, this.#pieceUnits);
    const terms = this.#termsOfPiece(text.slice(from, end));
    if (terms.length > this.terms.length) this.terms = new Int32Array(2 * terms.length);
    this.count = 0;
    for (const term of terms) {
      const id = this.#idOf(term);
      if (id !== noTerm) this.terms[this.count++] = id;
    }
    return end;
  }
}

function pieceEnd(text: string, from: number, units: number): number {
  const limit = from + units;
  if (limit >= text.length) return text.length;
  for (let at = limit; at > from; at--) if (outside.test(text.charAt(at - 1)) && !isInside(text, at)) return at;
  return isInside(text, limit) ? limit - 1 : limit;
}

/** Whether `at` is between the two halves of a character. */
function isInside(text: string, at: number): boolean {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}
