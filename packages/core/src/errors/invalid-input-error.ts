import { SluiceError } from './sluice-error.js';

/** Where in the input something is wrong. */
export interface InputPosition {
  /** The argument's or the file's name. */
  readonly source: string;
  /** Row of a matrix or item of a list, from 0. */
  readonly row?: number;
  /** Line of a file, from 1. */
  readonly line?: number;
}

/** A document, vector, line or file from outside is not what it must be. Nothing was done with it. */
export class InvalidInputError extends SluiceError {
  readonly code = 'SLUICE_INVALID_INPUT';
  readonly source: string;
  readonly row: number | undefined;
  readonly line: number | undefined;

  constructor(position: InputPosition, problem: string, advice: string, options: { cause?: unknown } = {}) {
    const { source, row, line } = position;
    const place = line === undefined ? (row === undefined ? source : `${source}, row ${row}`) : `${source}:${line}`;
    super(`${place}: ${problem}.`, advice, options);
    this.source = source;
    this.row = row;
    this.line = line;
  }
}
