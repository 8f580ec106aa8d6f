import type { BrokenContractError } from './broken-contract-error.js';
import type { FingerprintMismatchError } from './fingerprint-mismatch-error.js';
import type { InvalidFilterError } from './invalid-filter-error.js';
import type { InvalidInputError } from './invalid-input-error.js';
import type { InvalidOptionsError } from './invalid-options-error.js';
import type { MissingPeerError } from './missing-peer-error.js';
import type { MissingScoresError } from './missing-scores-error.js';
import type { SpaceMismatchError } from './space-mismatch-error.js';
import type { UnknownStageError } from './unknown-stage-error.js';
import type { UnmetRequirementError } from './unmet-requirement-error.js';
import type { UnwritableStageError } from './unwritable-stage-error.js';

/**
 * The class of each code, so that `isSluiceError(error, code)` gives its fields.
 *
 * A package adds its own: `declare module '@sluice/core' { interface ErrorsByCode { SLUICE_X: XError } }`.
 */
export interface ErrorsByCode {
  SLUICE_BROKEN_CONTRACT: BrokenContractError;
  SLUICE_FINGERPRINT_MISMATCH: FingerprintMismatchError;
  SLUICE_INVALID_FILTER: InvalidFilterError;
  SLUICE_INVALID_INPUT: InvalidInputError;
  SLUICE_INVALID_OPTIONS: InvalidOptionsError;
  SLUICE_MISSING_PEER: MissingPeerError;
  SLUICE_MISSING_SCORES: MissingScoresError;
  SLUICE_SPACE_MISMATCH: SpaceMismatchError;
  SLUICE_UNKNOWN_STAGE: UnknownStageError;
  SLUICE_UNMET_REQUIREMENT: UnmetRequirementError;
  SLUICE_UNWRITABLE_STAGE: UnwritableStageError;
}
