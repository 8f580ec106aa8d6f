export { FingerprintMismatchError } from './fingerprint-mismatch-error.js';
export { type InputPosition, InvalidInputError } from './invalid-input-error.js';
export { InvalidOptionsError, type OptionIssue } from './invalid-options-error.js';
export { MissingPeerError } from './missing-peer-error.js';
export { MissingScoresError } from './missing-scores-error.js';
export { isSluiceError, SluiceError, type SluiceErrorOptions } from './sluice-error.js';
export { SpaceMismatchError } from './space-mismatch-error.js';
