import { SluiceError } from '@sluice/core';

/** A segment has no index of that name. */
export class PartNotFoundError extends SluiceError {
  readonly code = 'SLUICE_PART_NOT_FOUND';
  readonly part: string;
  /** The names that there are. */
  readonly available: readonly string[];

  constructor({ part, available }: { part: string; available: readonly string[] }) {
    const list = available.length === 0 ? 'none' : available.map((name) => `'${name}'`).join(', ');
    super(
      `The collection has no index called '${part}'; it has ${list}.`,
      'Choose one of these, or build the collection again with that index.',
    );
    this.part = part;
    this.available = available;
  }
}
