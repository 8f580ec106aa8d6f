import { SluiceError } from '@sluice/core';

/** Two writers built on the same commit, and the other one was first. Nothing of this one can be seen. */
export class WriterConflictError extends SluiceError {
  readonly code = 'SLUICE_WRITER_CONFLICT';
  readonly directory: string;
  /** The commit that both wanted to make. */
  readonly generation: number;

  constructor({ directory, generation, cause }: { directory: string; generation: number; cause?: unknown }) {
    super(
      `Another writer made commit ${generation} of ${directory} first.`,
      'Close this writer, open a new one and add the documents again.',
      { cause },
    );
    this.directory = directory;
    this.generation = generation;
  }
}
