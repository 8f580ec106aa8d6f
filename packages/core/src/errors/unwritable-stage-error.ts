import { SluiceError } from './sluice-error.js';

/** A pipeline cannot be written down because one of its parts has no `toSpec()`. */
export class UnwritableStageError extends SluiceError {
  readonly code = 'SLUICE_UNWRITABLE_STAGE';
  /** Name of the part. */
  readonly stage: string;

  constructor({ stage }: Pick<UnwritableStageError, 'stage'>) {
    super(
      `${stage} cannot be written down: it has no toSpec().`,
      'Give it a toSpec() and register its type, or keep this pipeline in code.',
    );
    this.stage = stage;
  }
}
