import { SluiceError } from './sluice-error.js';

/** Rankings of different document spaces met in one stage; their ordinals name different documents. */
export class SpaceMismatchError extends SluiceError {
  readonly code = 'SLUICE_SPACE_MISMATCH';
  readonly expected: string;
  readonly actual: string;

  constructor({ expected, actual }: Pick<SpaceMismatchError, 'expected' | 'actual'>) {
    super(
      `Ordinals of '${actual}' were mixed with those of '${expected}'.`,
      'Fuse rankings of one collection, or bring them into one space by id with remapRanking().',
    );
    this.expected = expected;
    this.actual = actual;
  }
}
