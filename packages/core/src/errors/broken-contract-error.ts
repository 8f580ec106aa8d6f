import { SluiceError } from './sluice-error.js';

/** A component answered what its contract rules out. The component is at fault, not its caller. */
export class BrokenContractError extends SluiceError {
  readonly code = 'SLUICE_BROKEN_CONTRACT';
  /** Name of the retriever, stage or model. */
  readonly component: string;

  constructor({ component, problem }: Pick<BrokenContractError, 'component'> & { problem: string }) {
    super(`${component} ${problem}.`, 'Run the contract kit of @sluice/testing on it, and correct or replace it.');
    this.component = component;
  }
}
