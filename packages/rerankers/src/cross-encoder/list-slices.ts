import type { Candidates } from '@sluice/core';

/** The lists in order, in slices of at most `documents` documents, or a single list that has more. */
export function* inSlices(candidates: readonly Candidates[], documents: number): Generator<readonly Candidates[]> {
  let slice: Candidates[] = [];
  let size = 0;
  for (const each of candidates) {
    if (slice.length > 0 && size + each.ranking.length > documents) {
      yield slice;
      slice = [];
      size = 0;
    }
    slice.push(each);
    size += each.ranking.length;
  }
  if (slice.length > 0) yield slice;
}
