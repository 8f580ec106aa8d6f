import type { Scale } from '@sluice/core';
import { RerankAnswerError } from '../errors/rerank-answer-error.js';

/** A document of a request, by its position there from 0, and its score. */
export interface ScoredIndex {
  readonly index: number;
  readonly score: number;
}

/** What the scores of an answer must be. */
export interface ScoresDue {
  readonly documents: number;
  readonly scale: Scale;
  /** For errors. */
  readonly owner: string;
}

/**
 * Scores in the order of the documents.
 *
 * @throws {RerankAnswerError} not exactly one score for each document, or one that is not on the scale
 */
export function scoresByIndex(answer: readonly ScoredIndex[], due: ScoresDue): Float32Array {
  const { documents, scale } = due;
  const scores = new Float32Array(documents);
  const seen = new Uint8Array(documents);
  for (const { index, score } of answer) {
    if (!(index in seen)) throw refuse(due, `it scores document ${index} of ${documents}, counted from 0`);
    if (seen[index] === 1) throw refuse(due, `it scores document ${index} twice`);
    const value = Math.fround(score);
    if (!Number.isFinite(value)) throw refuse(due, `the score of document ${index} is not finite`);
    if (value < scale.minimum || value > scale.maximum) {
      throw refuse(due, `the score of document ${index} is not between ${scale.minimum} and ${scale.maximum}`);
    }
    seen[index] = 1;
    scores[index] = value;
  }
  const missing = seen.indexOf(0);
  if (missing >= 0) throw refuse(due, `document ${missing} of ${documents}, counted from 0, has no score`);
  return scores;
}

function refuse({ owner }: ScoresDue, problem: string): RerankAnswerError {
  return new RerankAnswerError({ owner, problem });
}
