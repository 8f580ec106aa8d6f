/** Returned by an `idOf` for a term that is not numbered: its tokens are dropped. */
export const noTerm = -1;

/**
 * Turns text into terms: what an index stores and what a query asks for.
 *
 * A pure function of the text. An index remembers the fingerprint of the analyzer that filled it and refuses any other.
 */
export interface Analyzer {
  /** For people and pipeline files: `english`. */
  readonly name: string;
  /** Names the rules and their version. Two analyzers with one fingerprint give the same terms for every text. */
  readonly fingerprint: string;

  /** The terms of the text in its order, repeated as often as they occur. Dropped tokens (stop words) are absent. */
  analyze(text: string): string[];

  /**
   * The same terms as numbers, without a string for each token. Absent where the analyzer has no faster way than
   * `analyze`; {@link openTermReader} then goes through that.
   *
   * @param idOf numbers a term: 0 to 2^31 - 1, or {@link noTerm}. Asked at least once for each distinct term and not
   *   for each token, so its answer for a term must not change while the reader is in use
   */
  openReader?(idOf: (term: string) => number): TermReader;
}

/**
 * Reads texts as term numbers, in pieces of bounded size, so that a text of any length can be read between two turns
 * of the event loop. Holds buffers and a cache: one reader for one thread of work.
 */
export interface TermReader {
  /** Term numbers of the piece that was read last: the first `count` are valid, until the next `read`. */
  readonly terms: Int32Array;
  readonly count: number;

  /**
   * Reads a piece of the text from UTF-16 unit `from` on and returns where the next piece starts; `text.length` after
   * the last. Start with 0 and go on with what was returned.
   */
  read(text: string, from: number): number;
}
