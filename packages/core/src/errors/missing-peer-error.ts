import { SluiceError } from './sluice-error.js';

/** An optional package is needed now and is not installed. */
export class MissingPeerError extends SluiceError {
  readonly code = 'SLUICE_MISSING_PEER';
  /** The package to install. */
  readonly peer: string;

  constructor({
    peer,
    purpose,
    alternative,
    cause,
  }: { peer: string; purpose: string; alternative?: string; cause?: unknown }) {
    super(
      `${purpose} needs the package ${peer}, which could not be loaded.`,
      `Run \`npm install ${peer}\`${alternative === undefined ? '' : `, or ${alternative}`}.`,
      { cause },
    );
    this.peer = peer;
  }
}
