import type { EncodedTexts } from '../worker/encoded-texts.js';

/** What a call is answered with: a matrix, a sparse matrix, or many vectors a text. Holds no state. */
export interface AnswerKind<Answer> {
  /** An answer to a call of `texts` texts, none of which are there yet. */
  begin(texts: number): AnswerUnderWay<Answer>;
}

/** The answer of one call, filled text by text in any order. */
export interface AnswerUnderWay<Answer> {
  /**
   * Takes text `at` of a batch as text `index` of the call, or as a part of it where a text is read in parts, which come
   * in any order. `encoded` may be kept, and must not be changed.
   */
  take(index: number, encoded: EncodedTexts, at: number): void;
  /** The answer, once each text was taken. Called once. */
  finish(): Answer | Promise<Answer>;
}
