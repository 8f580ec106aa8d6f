/** What one term of a query adds to the score of a document. */
export interface Bm25TermExplanation {
  readonly term: string;
  /** How often the query has the term; of a weighed query, the term's weight. */
  readonly queryFrequency: number;
  /** How many documents of the collection have it. */
  readonly documentFrequency: number;
  /** 0 where no document has the term. */
  readonly idf: number;
  /** How often the document has the term. */
  readonly frequency: number;
  /** Of BM25F: how often each field of the document has it. */
  readonly fields?: Readonly<Record<string, number>>;
  /** What is multiplied by the idf: tf / (tf + k1 (1 - b + b length / average)), 0 to 1, in Lucene's variant. */
  readonly saturation: number;
  /** queryFrequency · idf · saturation, rounded as the scorer rounds. */
  readonly contribution: number;
}

/** How a document came to its BM25 score. */
export interface Bm25Explanation {
  readonly id: string;
  /** The score of `retrieve`: the sum of the contributions, rounded to float32. */
  readonly score: number;
  /** The document's length in terms, as the one-byte code keeps it. */
  readonly length: number;
  /** Mean length of the collection's documents. */
  readonly averageLength: number;
  /** Distinct terms of the query, in the order of the query. */
  readonly terms: readonly Bm25TermExplanation[];
}
