import { SluiceError } from '@sluice/core';

/**
 * The worker that ran a model ended by itself: a native fault in a process of its own, an error in a thread, memory.
 *
 * Only the calls whose texts it had get this error. The next batch runs in a new worker.
 */
export class WorkerLostError extends SluiceError {
  readonly code = 'SLUICE_WORKER_LOST';
  /** The model's weights file. */
  readonly model: string;
  /** Where the worker ran. */
  readonly isolation: 'thread' | 'process';
  /** How it ended. */
  readonly problem: string;

  constructor({
    model,
    isolation,
    problem,
    cause,
  }: Pick<WorkerLostError, 'model' | 'isolation' | 'problem'> & { cause?: unknown }) {
    super(
      `The ${isolation} that ran ${model} was lost (${problem}).`,
      'Call again: another takes its place. If the same texts end it again, the model or the memory is at fault.',
      { cause },
    );
    this.model = model;
    this.isolation = isolation;
    this.problem = problem;
  }
}
