import { parseOptions } from '@sluice/core';
import { z } from 'zod';

/** Shares of relevant pairs, between 0 and 1: where something was fitted, and where it is used. */
export interface PriorShift {
  readonly from: number;
  readonly to: number;
}

const share = z.number().gt(0).lt(1);
const schema = z.strictObject({ from: share, to: share });

/**
 * What to add to a logit so that it means a probability where relevant pairs are rarer or more common than in training:
 * the difference of the log odds.
 *
 * A filter trained on 1 relevant among 32 and used where 1 of 100 is: `priorShift({ from: 1 / 32, to: 1 / 100 })`. Add it
 * to the threshold too. It changes neither an order nor, with the threshold, an answer. Source: arXiv 2408.04887, and
 * Saerens, Latinne and Decaestecker, 2002.
 *
 * @throws {InvalidOptionsError} a share is not between 0 and 1
 */
export function priorShift(shift: PriorShift): number {
  const { from, to } = parseOptions(schema, shift, 'priorShift');
  return logOdds(to) - logOdds(from);
}

function logOdds(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}
