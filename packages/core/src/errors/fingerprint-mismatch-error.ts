import { SluiceError } from './sluice-error.js';

/** An index was opened with another model or analyzer than the one that filled it. */
export class FingerprintMismatchError extends SluiceError {
  readonly code = 'SLUICE_FINGERPRINT_MISMATCH';
  /** Fingerprint stored with the index. */
  readonly indexed: string;
  /** Fingerprint of what was loaded now. */
  readonly loaded: string;

  constructor({ indexed, loaded }: Pick<FingerprintMismatchError, 'indexed' | 'loaded'>) {
    super(
      `The index was filled by '${indexed}' and is being opened with '${loaded}'.`,
      'Open it with the model that filled it, or build the index again.',
    );
    this.indexed = indexed;
    this.loaded = loaded;
  }
}
