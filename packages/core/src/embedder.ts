import type { CallOptions } from './call-options.js';
import type { TitledText } from './document.js';
import type { Matrix } from './matrix.js';
import type { SparseMatrix } from './sparse-matrix.js';

/** How vectors of a model are compared. `euclidean` scores are negated squared distances. */
export type Similarity = 'cosine' | 'dot' | 'euclidean';

/** What encoding takes besides the texts. */
export interface EncodeOptions extends CallOptions {
  /**
   * Leading dimensions to keep (Matryoshka); renormalised where the similarity is cosine. 1 to the model's own.
   * @default all
   */
  readonly dimensions?: number;
}

/**
 * Turns text into dense vectors.
 *
 * A row depends on its own text alone, never on the batch around it (float32: to 1e-6). Rows are unit length where
 * `similarity` is `cosine`, and finite always. The empty text has a vector too. A text in which the model knows
 * nothing may have the row of zeros, which is similar to nothing.
 */
export interface Embedder {
  /** Columns of the matrices, unless fewer are asked for. */
  readonly dimensions: number;
  readonly similarity: Similarity;
  /** Names the weights, pooling, prompts, dimensions and quantization. Two embedders with one fingerprint agree. */
  readonly fingerprint: string;

  /**
   * One row for each query, in their order.
   *
   * @throws {InvalidOptionsError} more dimensions are asked for than the model has
   * @throws the signal's `reason`, once it has fired
   */
  encodeQueries(texts: readonly string[], options?: EncodeOptions): Promise<Matrix>;

  /** One row for each document, in their order. A titled document is encoded as the model prescribes. */
  encodeDocuments(documents: readonly (string | TitledText)[], options?: EncodeOptions): Promise<Matrix>;

  /** Frees the model. Calls after it are refused. May be called twice. */
  close?(): Promise<void>;
}

/** Turns text into sparse vectors over a vocabulary: one weight a term, none negative. */
export interface SparseEmbedder {
  readonly vocabularySize: number;
  readonly fingerprint: string;
  encodeQueries(texts: readonly string[], options?: CallOptions): Promise<SparseMatrix>;
  encodeDocuments(documents: readonly (string | TitledText)[], options?: CallOptions): Promise<SparseMatrix>;
  close?(): Promise<void>;
}
