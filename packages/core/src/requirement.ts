/**
 * What a stage must be given with each ranking. One of:
 *
 * - `'dense'`: a score column of the source named `dense`, for every candidate;
 * - `'dense.cosine'`: the same, and the column's scale is `cosine`;
 * - `'probability'`: the same rule, for a column that a calibrator added;
 * - `'query.dense'`: the query's vector under the source `dense`.
 */
export type Requirement = string;

/** A requirement taken apart. */
export interface ParsedRequirement {
  readonly subject: 'column' | 'query';
  readonly source: string;
  readonly scale?: string;
}

/** Takes a requirement apart. */
export function parseRequirement(requirement: Requirement): ParsedRequirement {
  const [first = '', second] = requirement.split('.', 2);
  if (first === 'query' && second !== undefined) return { subject: 'query', source: second };
  return second === undefined
    ? { subject: 'column', source: first }
    : { subject: 'column', source: first, scale: second };
}
