import { SluiceError } from '@sluice/core';

/** More calls are waiting than the queue may hold. The call that was refused did nothing. */
export class QueueFullError extends SluiceError {
  readonly code = 'SLUICE_QUEUE_FULL';
  /** Calls that the queue may hold. */
  readonly maxCalls: number;

  constructor({ maxCalls }: Pick<QueueFullError, 'maxCalls'>) {
    super(
      `${maxCalls} calls are waiting already.`,
      'Await earlier calls before making more, pass more texts in one call, or raise `maxQueuedCalls`.',
    );
    this.maxCalls = maxCalls;
  }
}
