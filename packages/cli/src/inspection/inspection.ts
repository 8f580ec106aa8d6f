import type { Bm25Summary, ImpactSummary, ImpactTermSummary } from '@sluice/retrievers';

/** A file of an index. */
export interface InspectedPart {
  readonly name: string;
  readonly kind: string;
  readonly bytes: number;
  readonly fingerprint: string | null;
  readonly postings: number | null;
  /** Of the file. */
  readonly bytesPerPosting: number | null;
}

/** A term of a model, with its text where the model is at hand. */
export interface InspectedTerm extends ImpactTermSummary {
  readonly text?: string;
}

/** What is known of an index of learned weights. */
export interface InspectedWeights extends ImpactSummary {
  readonly heaviestTerms: readonly InspectedTerm[];
  /** Why terms have no texts; absent where they have. */
  readonly withoutTexts?: string;
}

/** What is known of an index. */
export interface Inspection {
  /** Absent of a single file. */
  readonly collection?: {
    readonly documents: number;
    readonly generation: number;
    readonly segments: number;
    readonly bytes: number;
  };
  readonly parts: readonly InspectedPart[];
  /** By name: a field, or `terms`. Empty where nothing of it has words. */
  readonly terms: Readonly<Record<string, Bm25Summary>>;
  /** By name: the part, or `terms`. Empty where nothing of it has weights that a model learned. */
  readonly weights: Readonly<Record<string, InspectedWeights>>;
}
