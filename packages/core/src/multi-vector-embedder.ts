import type { CallOptions } from './call-options.js';
import type { TitledText } from './document.js';
import type { MultiVectors } from './multi-vectors.js';

/**
 * Turns text into many vectors, for late interaction (ColBERT, arXiv 2004.12832).
 *
 * A query and a document are compared by MaxSim: each vector of the query is worth its largest dot product with a vector
 * of the document, and these are added up. Queries and documents are therefore encoded in different ways, and a vector
 * of a query means nothing among those of documents but for its dot products with them.
 *
 * The vectors of a text depend on that text alone, never on the batch around it (float32: to 1e-6). Each has unit
 * length where the model normalises (`similarity` is `cosine`), and is finite always. The order of a text's vectors has
 * no meaning, but is the same each time. A text in which nothing counts, as one of skipped punctuation, has no vectors.
 */
export interface MultiVectorEmbedder {
  /** Columns of the vectors. */
  readonly dimensions: number;
  /** How single vectors are compared: `cosine` where all have unit length, else `dot`. */
  readonly similarity: 'cosine' | 'dot';
  /** Names the weights and whatever else decides the vectors. Two embedders with one fingerprint agree. */
  readonly fingerprint: string;

  /**
   * The vectors of each query, in the order of the queries. Never none for a query with words in it.
   *
   * @throws the signal's `reason`, once it has fired
   */
  encodeQueries(texts: readonly string[], options?: CallOptions): Promise<MultiVectors>;

  /** The vectors of each document, in their order. A titled document is encoded as the model prescribes. */
  encodeDocuments(documents: readonly (string | TitledText)[], options?: CallOptions): Promise<MultiVectors>;

  /** Frees the model. Calls after it are refused. May be called twice. */
  close?(): Promise<void>;
}
