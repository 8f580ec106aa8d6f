import { SluiceError } from '@sluice/core';

/** A model answered with something that is not one score on its scale for each document. None of it is used. */
export class RerankAnswerError extends SluiceError {
  readonly code = 'SLUICE_RERANK_ANSWER';
  /** Who asked: the reranker's factory. */
  readonly owner: string;
  /** What is wrong, a fragment. */
  readonly problem: string;

  constructor({ owner, problem }: { owner: string; problem: string }) {
    super(
      `${owner}: the model's answer is not usable (${problem}).`,
      'Check `model`, and `scores`: what its scores are.',
    );
    this.owner = owner;
    this.problem = problem;
  }
}
