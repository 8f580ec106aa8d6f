import { InvalidInputError } from '@sluice/core';

/** @throws {InvalidInputError} always: the slope that was fitted is not above 0 */
export function refuseFalling(): never {
  const advice = 'Check that larger scores mean more relevant and that labels belong to their scores.';
  throw new InvalidInputError({ source: 'scores' }, 'relevant pairs do not score higher than the others', advice);
}
