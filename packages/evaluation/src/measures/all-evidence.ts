import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import { mean } from './aggregate.js';
import type { Measure } from './measure.js';
import { rank } from './measure-family.js';

const evidenceOptions = z.strictObject({ cutoff: rank });

/** What a multi-hop question needs: each inner list is one piece of evidence, and any one of its documents supplies it. */
export type EvidenceSets = readonly (readonly string[])[];

/**
 * `AllEvidence@k`: 1 if the first k results supply every piece of evidence that the question needs, else 0.
 *
 * A question without evidence counts 0.
 *
 * @param evidenceOf pieces of evidence of a query, by its id
 * @throws {InvalidOptionsError} `cutoff` is not a positive integer
 */
export function allEvidence(
  evidenceOf: (queryId: string) => EvidenceSets,
  options: { readonly cutoff: number },
): Measure {
  const { cutoff } = parseOptions(evidenceOptions, options, 'allEvidence');
  return {
    name: `AllEvidence@${cutoff}`,
    aggregate: mean,
    kind: 'real',
    of(query) {
      const found = new Set<string>();
      for (let at = 0; at < Math.min(cutoff, query.retrieved); at++) found.add(query.idAt(at));
      const pieces = evidenceOf(query.queryId);
      return pieces.length > 0 && pieces.every((documents) => documents.some((id) => found.has(id))) ? 1 : 0;
    },
  };
}
