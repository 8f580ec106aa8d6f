import { SluiceError } from '@sluice/core';

/** The hub has no model of that name, or no such revision of it. */
export class ModelNotFoundError extends SluiceError {
  readonly code = 'SLUICE_MODEL_NOT_FOUND';
  /** `org/name`. */
  readonly model: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Of the hub. */
  readonly endpoint: string;

  constructor({ model, revision, endpoint }: Pick<ModelNotFoundError, 'model' | 'revision' | 'endpoint'>) {
    super(
      `${endpoint} has no model '${model}' with the revision '${revision}'.`,
      'Check the spelling; the folder of a local model must exist.',
    );
    this.model = model;
    this.revision = revision;
    this.endpoint = endpoint;
  }
}
