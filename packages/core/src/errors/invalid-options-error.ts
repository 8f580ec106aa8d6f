import { SluiceError } from './sluice-error.js';

/** One thing that is wrong with the options. */
export interface OptionIssue {
  /** Where, in dots: `weights.0`. Empty for the options object itself. */
  readonly path: string;
  readonly message: string;
}

/** Options were refused by their schema. Nothing was done. */
export class InvalidOptionsError extends SluiceError {
  readonly code = 'SLUICE_INVALID_OPTIONS';
  /** Who refused them: the factory's or the command's name. */
  readonly owner: string;
  readonly issues: readonly OptionIssue[];

  constructor({ owner, issues }: Pick<InvalidOptionsError, 'owner' | 'issues'>) {
    const list = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
    super(`${owner}: the options are not valid (${list}).`, 'Correct the fields that are named.');
    this.owner = owner;
    this.issues = issues;
  }

  /** The first field that is wrong, in dots. */
  get path(): string {
    return this.issues[0]?.path ?? '';
  }
}
