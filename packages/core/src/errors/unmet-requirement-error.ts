import type { Requirement } from '../requirement.js';
import { SluiceError } from './sluice-error.js';

/** A stage of a pipeline needs scores or query vectors that nothing before it supplies. */
export class UnmetRequirementError extends SluiceError {
  readonly code = 'SLUICE_UNMET_REQUIREMENT';
  /** The stage that needs something. */
  readonly stage: string;
  readonly requirement: Requirement;
  /** Names of the retrievers before the stage. */
  readonly sources: readonly string[];

  constructor({
    stage,
    requirement,
    sources,
    problem,
    advice,
  }: Pick<UnmetRequirementError, 'stage' | 'requirement' | 'sources'> & { problem: string; advice: string }) {
    super(
      `${stage} requires '${requirement}': ${problem}. Sources before it: ${sources.join(', ') || 'none'}.`,
      advice,
    );
    this.stage = stage;
    this.requirement = requirement;
    this.sources = sources;
  }
}
