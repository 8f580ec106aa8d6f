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

/** Takes a requirement apart. The scale is what follows the last dot: names of sources may have dots themselves. */
export function parseRequirement(requirement: Requirement): ParsedRequirement {
  if (requirement.startsWith('query.')) return { subject: 'query', source: requirement.slice('query.'.length) };
  const dot = requirement.lastIndexOf('.');
  return dot === -1
    ? { subject: 'column', source: requirement }
    : { subject: 'column', source: requirement.slice(0, dot), scale: requirement.slice(dot + 1) };
}
