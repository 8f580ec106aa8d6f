import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import { mean } from './aggregate.js';
import type { Measure } from './measure.js';
import { rel } from './measure-family.js';

/** How much may be read. */
export interface TokenBudget {
  /** Tokens that fit into the prompt, at least 1. */
  readonly tokens: number;
  /** Least grade that counts as relevant. Default 1. */
  readonly rel?: number;
}

const tokenBudget = z.strictObject({ tokens: z.int().min(1), rel });

/**
 * `R(tokens=2000)`: share of the relevant documents that fit into a budget of tokens, taken in rank order.
 *
 * Reading stops at the first document that does not fit, as a prompt that is filled from the top does.
 *
 * @param tokensOf length of a document in tokens, by its id; at least 0
 * @throws {InvalidOptionsError} an option is out of range
 */
export function recallWithinTokens(tokensOf: (documentId: string) => number, options: TokenBudget): Measure {
  const { tokens, rel } = parseOptions(tokenBudget, options, 'recallWithinTokens');
  return {
    name: rel === 1 ? `R(tokens=${tokens})` : `R(rel=${rel},tokens=${tokens})`,
    aggregate: mean,
    kind: 'real',
    of(query) {
      let left = tokens;
      let read = 0;
      while (read < query.retrieved) {
        left -= tokensOf(query.idAt(read));
        if (left < 0) break;
        read++;
      }
      const relevant = query.relevant(rel);
      return relevant === 0 ? 0 : query.relevantWithin(rel, read) / relevant;
    },
  };
}
