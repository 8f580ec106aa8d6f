import type { PooledStep, SentenceModules } from './sentence-modules.js';

/** What follows the transformer in a model, as its folder says. */
export type HeadSpec = PooledHeadSpec | SparseHeadSpec | TokenVectorHeadSpec | PairHeadSpec;

/** One vector a text. */
export interface PooledHeadSpec extends SentenceModules {
  readonly kind: 'pooled';
}

/** One sparse vector over the vocabulary a text (SPLADE). */
export interface SparseHeadSpec {
  readonly kind: 'sparse';
  /** How the weights of a text's tokens become one: the largest of each term, or their sum. */
  readonly pooling: 'max' | 'sum';
  /** What follows the ReLU: log(1 + x), once or twice. */
  readonly saturation: 'log' | 'log of log';
  readonly vocabularySize: number;
  /** Terms that a text keeps, the heaviest; `undefined`: all. */
  readonly maxActiveDimensions: number | undefined;
  /** The graph's output with finished weights, texts x terms; `undefined`: logits, which are pooled and saturated. */
  readonly output?: string | undefined;
}

/** One vector a token (ColBERT). */
export interface TokenVectorHeadSpec {
  readonly kind: 'token vectors';
  /** What happens to each vector. */
  readonly steps: readonly PooledStep[];
  readonly queries: TokenRule;
  readonly documents: TokenRule;
}

/** How texts of one kind become tokens, and which of these have vectors. */
export interface TokenRule {
  /** Put before the prompt: as one token if the vocabulary has it, or else its first word; otherwise as text. */
  readonly marker: string;
  /** Text put before each text. */
  readonly prompt: string;
  /** Tokens of a text, special ones and the prompt's included; longer texts are cut. */
  readonly maxTokens: number;
  /** How shorter texts are filled up; `undefined`: not at all. */
  readonly expansion: TokenExpansion | undefined;
  /** Tokens without a vector, as they are spelled in the vocabulary; those that it lacks have no effect. */
  readonly skipped: readonly string[];
  /** How many vectors are left; `undefined`: all. */
  readonly merging: TokenMerging | undefined;
}

/** Tokens without meaning of their own, whose vectors say in other ways what the text asks for. */
export interface TokenExpansion {
  /** Tokens of a text after it, special ones included. */
  readonly length: number;
  /** Whether the text's own tokens attend to them. Their vectors count either way. */
  readonly attention: 'attended' | 'unattended';
  /** The token, as the vocabulary spells it; `undefined`: the tokenizer's mask. */
  readonly token: string | undefined;
}

/** Merging of similar vectors of a text: Ward's clustering of cosine distances, each cluster to its mean. */
export interface TokenMerging {
  /** Tokens that become one, on average. At least 1, which merges none. */
  readonly factor: number;
  /** Leading tokens that stay as they are. */
  readonly protectedTokens: number;
  /** `unit`: all vectors are scaled to length 1 after it. */
  readonly length: 'unit' | 'kept';
}

/** One number a label, for two texts read together (cross-encoders). */
export interface PairHeadSpec {
  readonly kind: 'pairs';
  readonly labels: number;
}
