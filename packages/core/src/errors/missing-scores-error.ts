import type { Requirement } from '../requirement.js';
import { SluiceError } from './sluice-error.js';

/** A ranking reached a stage without a score column that the stage requires. */
export class MissingScoresError extends SluiceError {
  readonly code = 'SLUICE_MISSING_SCORES';
  readonly stage: string;
  readonly requirement: Requirement;

  constructor({ stage, requirement }: Pick<MissingScoresError, 'stage' | 'requirement'>) {
    super(
      `${stage} needs '${requirement}' scores and the ranking has none.`,
      'Build the stages with pipeline(), which completes missing scores, or call score() first.',
    );
    this.stage = stage;
    this.requirement = requirement;
  }
}
