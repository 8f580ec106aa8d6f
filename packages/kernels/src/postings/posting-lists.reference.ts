import type { PackedLists } from './packed-lists.js';
import type { PostingQuery, PostingSearch, ScoredPostings } from './posting-search.js';
import { weighReference } from './weigh.reference.js';

/** Plain form of `PostingLists.search`: every posting is weighed and every document with one is sorted. */
export function searchPostingsReference(lists: PackedLists, call: PostingSearch): ScoredPostings {
  const sums = addUp(lists, call);
  const passes = ({ filter }: PostingSearch, ordinal: number): boolean =>
    filter === undefined || (((filter[ordinal >>> 5] ?? 0) >>> (ordinal & 31)) & 1) === 1;
  const found: { ordinal: number; score: number }[] = [];
  for (let ordinal = 0; ordinal < sums.length; ordinal++) {
    const score = Math.fround(sums[ordinal] ?? 0);
    if (score > 0 && passes(call, ordinal)) found.push({ ordinal, score });
  }
  found.sort((left, right) => right.score - left.score || call.compare(left.ordinal, right.ordinal));
  const best = found.slice(0, call.topK);
  return {
    ordinals: Uint32Array.from(best, ({ ordinal }) => ordinal),
    scores: Float32Array.from(best, ({ score }) => score),
  };
}

/** Plain form of `PostingLists.score`. */
export function scorePostingsReference(lists: PackedLists, query: PostingQuery, ordinals: Uint32Array): Float32Array {
  const sums = addUp(lists, query);
  return Float32Array.from(ordinals, (ordinal) => sums[ordinal] ?? 0);
}

function addUp(lists: PackedLists, { terms, weights, count, weighing }: PostingQuery): Float64Array {
  const sums = new Float64Array(lists.size);
  for (let each = 0; each < count; each++) {
    const { ordinals, frequencies } = lists.postingsOf(terms[each] ?? 0);
    for (let at = 0; at < ordinals.length; at++) {
      const ordinal = ordinals[at] ?? 0;
      const norm = weighing.norms[lists.lengthCodes[ordinal] ?? 0] ?? 0;
      const impact = weighReference(weighing, weights[each] ?? 0, frequencies[at] ?? 0, norm);
      sums[ordinal] = (sums[ordinal] ?? 0) + impact;
    }
  }
  return sums;
}
