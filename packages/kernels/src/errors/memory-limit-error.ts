import { SluiceError } from '@sluice/core';

/** A kernel memory cannot hold what it was asked to hold. It still holds what it held. */
export class MemoryLimitError extends SluiceError {
  readonly code = 'SLUICE_MEMORY_LIMIT';
  /** Bytes that were asked for. */
  readonly requestedBytes: number;
  /** Bytes in use before. */
  readonly usedBytes: number;
  /** The most this memory may have; never above 4 GiB. */
  readonly limitBytes: number;

  constructor({
    requestedBytes,
    usedBytes,
    limitBytes,
    cause,
  }: Pick<MemoryLimitError, 'requestedBytes' | 'usedBytes' | 'limitBytes'> & { cause?: unknown }) {
    super(
      `${requestedBytes} bytes do not fit a kernel memory of at most ${limitBytes} with ${usedBytes} in use.`,
      'Split the vectors over several indexes, each with a memory of its own, or use smaller codes.',
      { cause },
    );
    this.requestedBytes = requestedBytes;
    this.usedBytes = usedBytes;
    this.limitBytes = limitBytes;
  }
}
