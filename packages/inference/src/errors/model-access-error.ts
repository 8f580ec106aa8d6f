import { SluiceError } from '@sluice/core';

/** The hub refuses a model: it is private or gated, it does not exist, or the token is not valid. */
export class ModelAccessError extends SluiceError {
  readonly code = 'SLUICE_MODEL_ACCESS';
  /** `org/name`. */
  readonly model: string;
  /** Of the hub. */
  readonly endpoint: string;
  /** HTTP's status: 401 or 403. */
  readonly status: number;

  constructor({
    model,
    endpoint,
    status,
    token,
  }: Pick<ModelAccessError, 'model' | 'endpoint' | 'status'> & { readonly token: 'sent' | 'none' }) {
    const advice =
      token === 'sent'
        ? "Check the name, that the token is valid, and that its owner has accepted the model's conditions."
        : 'Check the name; a private or gated model needs a token (`token`, or HF_TOKEN on the command line).';
    super(`${endpoint} refuses the model '${model}' (${status}).`, advice);
    this.model = model;
    this.endpoint = endpoint;
    this.status = status;
  }
}
