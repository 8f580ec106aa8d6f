/** The scales that the framework knows; a plugin may name its own. */
export type ScaleName =
  | 'cosine'
  | 'dot'
  | 'euclidean'
  | 'bm25'
  | 'impact'
  | 'maxsim'
  | 'logit'
  | 'probability'
  | 'fusion'
  | (string & {});

/** What scores mean. Larger is always better. */
export interface Scale {
  readonly name: ScaleName;
  /** Least possible score, -Infinity where there is none. */
  readonly minimum: number;
  /** Greatest possible score, Infinity where there is none. */
  readonly maximum: number;
}

/** Cosine similarity: -1 to 1. */
export const cosineScale: Scale = { name: 'cosine', minimum: -1, maximum: 1 };
/** Inner product, unbounded. */
export const dotScale: Scale = { name: 'dot', minimum: -Infinity, maximum: Infinity };
/** Negated squared Euclidean distance: at most 0. */
export const euclideanScale: Scale = { name: 'euclidean', minimum: -Infinity, maximum: 0 };
/** BM25: above 0, unbounded. */
export const bm25Scale: Scale = { name: 'bm25', minimum: 0, maximum: Infinity };
/** Sum of products of term impacts: above 0, unbounded. */
export const impactScale: Scale = { name: 'impact', minimum: 0, maximum: Infinity };
/** MaxSim of late interaction: for each vector of the query its largest inner product with one of the document, added up. */
export const maxSimScale: Scale = { name: 'maxsim', minimum: -Infinity, maximum: Infinity };
/** A model's raw output before any activation. */
export const logitScale: Scale = { name: 'logit', minimum: -Infinity, maximum: Infinity };
/** Calibrated probability of relevance, 0 to 1. */
export const probabilityScale: Scale = { name: 'probability', minimum: 0, maximum: 1 };
/** Made by fusing other scores; comparable within one query only. */
export const fusionScale: Scale = { name: 'fusion', minimum: -Infinity, maximum: Infinity };
