import type {
  CallOptions,
  Document,
  DocumentSpace,
  Filter,
  Metadata,
  Pipeline,
  Query,
  RankedDocument,
  Ranking,
  Retriever,
  ScaleName,
} from '@sluice/core';
import type { Bm25Retriever, ImpactRetriever } from '@sluice/retrievers';

/** How a collection is searched. */
export interface SearchOptions extends CallOptions {
  /**
   * Passages at most, at least 1.
   * @default 10
   */
  readonly topK?: number | undefined;
  /** Only documents whose metadata pass. */
  readonly filter?: Filter | undefined;
  /**
   * `bm25`, `dense`, `hybrid`, `splade`, `lexical` (BM25 and SPLADE) or `threefold` (all of them); a pipeline of your own; or one written down.
   * @default the collection's own, else 'hybrid' where there are dense vectors, 'lexical' where there are sparse ones alone, 'bm25' without any
   */
  readonly pipeline?: PipelineChoice | undefined;
}

/** A ready pipeline by name, a retriever over the collection's space, or a pipeline written down. */
export type PipelineChoice = string | Retriever | { readonly type: string };

/** One result, ready to be read and cited. */
export interface Passage extends RankedDocument {
  readonly text: string;
  readonly title?: string;
  readonly metadata?: Metadata;
  /** What `score` means. */
  readonly scale: ScaleName;
}

/**
 * Documents and the indexes over them, open for searching.
 *
 * A snapshot: what is committed later is seen by the next `openCollection`. Calls may overlap.
 */
export interface Collection {
  /** How many documents it has. */
  readonly size: number;
  readonly space: DocumentSpace;
  /** The sources, for pipelines of your own. `dense` and `splade` are absent where there are no vectors. */
  readonly sources: { readonly bm25: Bm25Retriever; readonly dense?: Retriever; readonly splade?: ImpactRetriever };
  /** Names that `pipeline` takes. */
  readonly pipelines: readonly string[];

  /**
   * A pipeline over this collection.
   *
   * @throws {InvalidOptionsError} there is no ready pipeline of that name, or the spec is wrong
   * @throws {UnknownStageError} the spec names a type that is not known
   */
  pipeline(choice?: PipelineChoice): Pipeline;

  /** Answers one query with passages, best first. May be empty. */
  search(query: string | Query, options?: SearchOptions): Promise<Passage[]>;

  /** Answers queries with rankings: what evaluation and further stages work on. */
  retrieve(queries: readonly Query[], options?: SearchOptions): Promise<Ranking[]>;

  /** Whole documents, in the order of `ids`. @throws {InvalidInputError} an id is not in the collection */
  documents(ids: readonly string[], options?: CallOptions): Promise<Document[]>;

  /** Names of the metadata fields that a document has: what filters may ask for. By their UTF-8 bytes. */
  fields(options?: CallOptions): Promise<string[]>;

  /** Frees files and models. A second call does nothing. */
  close(): Promise<void>;
}
