import { SluiceError } from '@sluice/core';

/** The model could not be run: the runtime refused a batch, or its worker ended. */
export class InferenceError extends SluiceError {
  readonly code = 'SLUICE_INFERENCE';
  /** The model's weights file. */
  readonly model: string;

  constructor({ model, problem, cause }: { model: string; problem: string; cause?: unknown }) {
    super(`Running ${model} failed (${problem}).`, 'Check that the model file is whole and that memory suffices.', {
      cause,
    });
    this.model = model;
  }
}
