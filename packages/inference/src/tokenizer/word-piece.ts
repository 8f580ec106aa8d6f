import { type BertNormalization, bertNormalize } from './bert-normalize.js';
import type { TokenCollector } from './token-sequences.js';

/** What a WordPiece tokenizer is made of. */
export interface WordPieceParts {
  /** Token to id. Pieces that continue a word begin with `continuationPrefix`. */
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly normalization: BertNormalization;
  /** Stands for a word that cannot be put together from pieces. Must be in the vocabulary. */
  readonly unknownToken: string;
  readonly continuationPrefix: string;
  /** Longer words are unknown. In code points. */
  readonly maxWordLength: number;
}

// Kinds of ASCII characters after normalization.
const BLANK = 1;
const PUNCTUATION = 2;
const asciiKinds = kindsOfAscii();
const punctuation = /\p{P}/u;

/** Words whose pieces are remembered; then memory begins anew. Text is mostly the same few thousand words. */
const maxRemembered = 65_536;

/**
 * BERT's tokenizer: words split at blanks and punctuation, each cut into the longest pieces that the vocabulary has.
 * Adds no special tokens and recognises none.
 *
 * Source: google-research/bert `tokenization.py`; equal to 59,741 of 59,741 reference lines.
 * Cost: about 25 MB of English a second.
 */
export class WordPiece {
  readonly #parts: WordPieceParts;
  readonly #unknown: number;
  readonly #continuations = new Map<string, number>();
  readonly #longestPiece: number;
  #remembered = new Map<string, number | Int32Array>();

  constructor(parts: WordPieceParts) {
    const { vocabulary, continuationPrefix, unknownToken } = parts;
    this.#parts = parts;
    this.#unknown = vocabulary.get(unknownToken) ?? 0;
    let longest = 1;
    for (const [token, id] of vocabulary) {
      longest = Math.max(longest, token.length);
      if (token.startsWith(continuationPrefix)) this.#continuations.set(token.slice(continuationPrefix.length), id);
    }
    this.#longestPiece = longest;
  }

  /** Adds the ids of `text` to the text under way in `into`, until it has `maxTokens`. */
  encode(text: string, into: TokenCollector, maxTokens: number = Number.POSITIVE_INFINITY): void {
    const clean = bertNormalize(text, this.#parts.normalization);
    let start = 0;
    for (let at = 0; at <= clean.length; at++) {
      const code = at < clean.length ? clean.charCodeAt(at) : 32;
      const kind = code < 128 ? asciiKinds[code] : isPunctuation(clean, at, code) ? PUNCTUATION : 0;
      if (kind === 0) continue;
      if (at > start) this.#addWord(clean.slice(start, at), into);
      if (kind === PUNCTUATION) {
        const width = code >= 0xd800 && code < 0xdc00 ? 2 : 1;
        this.#addWord(clean.slice(at, at + width), into);
        at += width - 1;
      }
      start = at + 1;
      if (into.currentLength < maxTokens) continue;
      into.cut(maxTokens);
      return;
    }
  }

  #addWord(word: string, into: TokenCollector): void {
    const pieces = this.#remembered.get(word) ?? this.#remember(word);
    if (typeof pieces === 'number') into.push(pieces);
    else for (const id of pieces) into.push(id);
  }

  #remember(word: string): number | Int32Array {
    if (this.#remembered.size >= maxRemembered) this.#remembered = new Map();
    const pieces = this.#parts.vocabulary.get(word) ?? this.#cut(word);
    // A copy: a slice would keep the whole text that it was cut from in memory.
    this.#remembered.set(`${word} `.slice(0, -1), pieces);
    return pieces;
  }

  #cut(word: string): number | Int32Array {
    const { maxWordLength, vocabulary } = this.#parts;
    if (word.length > maxWordLength && [...word].length > maxWordLength) return this.#unknown;
    const ids: number[] = [];
    for (let start = 0; start < word.length; ) {
      const pieces = start === 0 ? vocabulary : this.#continuations;
      let end = Math.min(word.length, start + this.#longestPiece);
      let id = pieces.get(word.slice(start, end));
      while (id === undefined && --end > start) id = pieces.get(word.slice(start, end));
      if (id === undefined) return this.#unknown;
      ids.push(id);
      start = end;
    }
    return ids.length === 1 ? (ids[0] ?? this.#unknown) : Int32Array.from(ids);
  }
}

function kindsOfAscii(): Uint8Array {
  const kinds = new Uint8Array(128);
  for (const blank of '\t\n\r ') kinds[blank.charCodeAt(0)] = BLANK;
  for (const symbol of '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~') kinds[symbol.charCodeAt(0)] = PUNCTUATION;
  return kinds;
}

function isPunctuation(text: string, at: number, code: number): boolean {
  // The lower half of a pair was judged with its upper half.
  if (code >= 0xdc00 && code < 0xe000) return false;
  return punctuation.test(String.fromCodePoint(text.codePointAt(at) ?? code));
}
