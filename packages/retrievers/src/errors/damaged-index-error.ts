import { SluiceError } from '@sluice/core';

/** The bytes of a saved index contradict each other. Nothing of it is used. */
export class DamagedIndexError extends SluiceError {
  readonly code = 'SLUICE_DAMAGED_INDEX';
  /** The index's kind: `bm25`. */
  readonly kind: string;
  /** What contradicts what. */
  readonly problem: string;

  constructor({ kind, problem, cause }: Pick<DamagedIndexError, 'kind' | 'problem'> & { cause?: unknown }) {
    super(
      `The saved ${kind} index is damaged: ${problem}.`,
      'Restore the file, or build the index again.',
      cause === undefined ? {} : { cause },
    );
    this.kind = kind;
    this.problem = problem;
  }
}
