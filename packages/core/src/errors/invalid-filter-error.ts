import { SluiceError } from './sluice-error.js';

/** A metadata filter is not one. Nothing was searched. */
export class InvalidFilterError extends SluiceError {
  readonly code = 'SLUICE_INVALID_FILTER';
  /** Where in the filter, in dots: `and.1.range.1.gte`. Empty for the filter itself. */
  readonly path: string;
  /** What is wrong there, in a few words. */
  readonly problem: string;

  constructor({ path, problem }: Pick<InvalidFilterError, 'path' | 'problem'>) {
    super(
      `The filter is not valid${path ? ` at '${path}'` : ''}: ${problem}.`,
      'Correct it there; a filter is an object with one of the keys eq, ne, in, range, exists, and, or, not.',
    );
    this.path = path;
    this.problem = problem;
  }
}
