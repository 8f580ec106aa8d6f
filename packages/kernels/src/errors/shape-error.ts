import { SluiceError } from '@sluice/core';

/** A kernel was called with a view that it cannot work on. Nothing was read or written. */
export class ShapeError extends SluiceError {
  readonly code = 'SLUICE_SHAPE';
  /** The argument that is wrong. */
  readonly argument: string;

  constructor(argument: string, problem: string) {
    super(`${argument}: ${problem}.`, 'Take views from a region of this memory after its last allocation.');
    this.argument = argument;
  }
}
