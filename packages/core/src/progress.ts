/** Where a long piece of work stands. */
export interface Progress {
  /** What is being done, a verb in plain words: `reading`, `encoding`. */
  readonly phase: string;
  /** Units finished. Never decreases within a phase. */
  readonly done: number;
  /** Units in all; absent while unknown. */
  readonly total?: number;
  /** What is counted: `documents`, `bytes`. */
  readonly unit: string;
}

/** Receives progress; called often, so it must be cheap. Errors it throws end the work. */
export type OnProgress = (progress: Progress) => void;
