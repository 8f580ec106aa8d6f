/** What happens to a pair of texts that is longer than the model's window. */
export type LongPairs =
  /** The longer text loses tokens at its end until both fit. */
  | { readonly kind: 'longest first' }
  /** The second text does, and the first only where that is not enough. */
  | { readonly kind: 'second only' }
  /** The second text is read in stretches that fit, each beside the first text. */
  | {
      readonly kind: 'chunks';
      /** Tokens that neighbours share, at least; at most half of a stretch. */
      readonly overlap: number;
    };

/** The second text of a pair. */
export interface SecondText {
  readonly text: string;
  readonly long: LongPairs;
}
