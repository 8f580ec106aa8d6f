import type { CallOptions, Embedder, Matrix, Ranking } from '@sluice/core';
import { candidateTexts } from '../candidate-texts.js';

/** Vectors of a ranking's candidates, unit length or zeros, one row each in rank order. */
export type CandidateVectors = (ranking: Ranking, options: Pick<CallOptions, 'signal'>) => Promise<Matrix>;

/**
 * Encodes the texts of candidates anew: with the static model, milliseconds for a list.
 *
 * The embedder's vectors must be of unit length, as those of cosine models are.
 */
export function textVectors(embedder: Pick<Embedder, 'encodeDocuments'>): CandidateVectors {
  return async (ranking, options) => embedder.encodeDocuments(await candidateTexts('textVectors', ranking), options);
}
