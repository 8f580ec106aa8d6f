import { SluiceError } from '@sluice/core';

/** A model answered with something that is not one finite row of the right width for each text. None of it is used. */
export class EmbeddingAnswerError extends SluiceError {
  readonly code = 'SLUICE_EMBEDDING_ANSWER';
  /** Who asked: the embedder's factory. */
  readonly owner: string;
  /** What is wrong, a fragment. */
  readonly problem: string;

  constructor({ owner, problem, cause }: { owner: string; problem: string; cause?: unknown }) {
    super(`${owner}: the model's answer is not usable (${problem}).`, 'Check `model` and `dimensions`.', { cause });
    this.owner = owner;
    this.problem = problem;
  }
}
