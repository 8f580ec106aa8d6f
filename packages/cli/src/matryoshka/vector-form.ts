import type { Ranking } from '@sluice/core';

/** What vectors may be turned into so that they take fewer bytes. */
export type FormName = 'full' | 'truncated' | 'rotated' | 'tldr' | 'float16' | 'int8' | 'binary+int8' | 'binary';

/** The vectors of a collection in one form, and the search over them. */
export interface VectorForm {
  readonly name: FormName;
  readonly dimensions: number;
  /** Of one vector. */
  readonly bytes: number;
  /** The best `topK` of each query of the collection. */
  search(topK: number, signal: AbortSignal): Promise<Ranking[]>;
}

/** A form that is still to be made: forms are made one at a time, so that memory holds one of them. */
export type MakeForm = (signal: AbortSignal) => Promise<VectorForm>;
