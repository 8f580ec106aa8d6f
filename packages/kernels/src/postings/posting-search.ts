/** Which formula: see `weigh.reference.ts`. */
export type WeighingVariant = 'lucene' | 'robertson' | 'atire' | 'bm25l' | 'bm25+';

/** How postings are weighed. */
export interface Weighing {
  readonly variant: WeighingVariant;
  readonly k1: number;
  readonly delta: number;
  /** 256, by length code: 1 / (k1 · relative length) of `lucene`, else the relative length. */
  readonly norms: Float32Array;
}

/** A query: terms of the lists, each once, in the order in which their impacts are added up. */
export interface PostingQuery {
  /** The first `count` of them. */
  readonly terms: ArrayLike<number>;
  /** What the impacts of each term are multiplied by: above 0, float32. */
  readonly weights: ArrayLike<number>;
  readonly count: number;
  readonly weighing: Weighing;
}

/** What a search looks for besides. */
export interface PostingSearch extends PostingQuery {
  /** At least 1. */
  readonly topK: number;
  /** Order of two ordinals of equal scores. */
  readonly compare: (left: number, right: number) => number;
  /** Bits by ordinal, as in core's `Bitmap`. */
  readonly filter?: Uint32Array | undefined;
  /**
   * Term after term, one number for each block and one for the tail, if there is one: at least what a posting of it adds,
   * for a weight of 1 (see `PostingLists.boundsOf`). Without them every posting is weighed.
   *
   * Sums must not depend on their order where bounds are given.
   */
  readonly bounds?: readonly Float32Array[] | undefined;
}

/** The best documents, best first: two aligned columns. */
export interface ScoredPostings {
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}
