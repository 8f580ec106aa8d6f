import { logitScale, type Scale } from '@sluice/core';

/** A model's own word on how relevant a document is: 0 to 1, and no calibrated probability. */
export const relevanceScale: Scale = { name: 'relevance', minimum: 0, maximum: 1 };

/** What a model's scores are: `'relevance'` from 0 to 1, or `'logit'` without bounds. */
export type ScoreKind = 'relevance' | 'logit';

/** The scale of each kind. */
export const scaleOfKind: Readonly<Record<ScoreKind, Scale>> = { relevance: relevanceScale, logit: logitScale };

/**
 * Scores of documents without text, which are not sent: endpoints refuse them. The logit is that of a relevance that
 * float32 cannot tell from 0.
 */
export const blankScore: Readonly<Record<ScoreKind, number>> = { relevance: 0, logit: -100 };
