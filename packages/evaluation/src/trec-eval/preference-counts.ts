import type { PreferenceGroup, PreferredRanking } from './preferences.js';

/** How the preferences of one group fared. A preference holds where the preferred document stands above the other. */
export interface PreferenceCounts {
  /** Both documents retrieved, in the preferred order. */
  heldRetrieved: number;
  /** Both documents retrieved. */
  retrieved: number;
  /** Only the preferred document retrieved. */
  heldImplied: number;
  /** Exactly one of the two retrieved. */
  implied: number;
  /** Neither retrieved. */
  absent: number;
}

/** Counts the preferences among the documents for which `counts` is true. */
export function countPreferences(
  { preferred }: PreferenceGroup,
  { judged, retrieved }: PreferredRanking,
  counts: (document: number) => boolean = () => true,
): PreferenceCounts {
  const fared: PreferenceCounts = { heldRetrieved: 0, retrieved: 0, heldImplied: 0, implied: 0, absent: 0 };
  for (let above = 0; above < judged; above++) {
    if (!counts(above)) continue;
    for (let below = 0; below < judged; below++) {
      if (preferred[above * judged + below] !== 1 || !counts(below)) continue;
      if (Math.max(above, below) < retrieved) {
        fared.retrieved++;
        if (above < below) fared.heldRetrieved++;
      } else if (Math.min(above, below) < retrieved) {
        fared.implied++;
        if (above < below) fared.heldImplied++;
      } else fared.absent++;
    }
  }
  return fared;
}

/**
 * The same with as many nonrelevant documents as relevant ones: the first in rank order stay, and where there are too
 * few, each missing one is held to be below every relevant document.
 *
 * With `scope` `retrieved` only retrieved documents are counted, except that a group of several lists keeps as many
 * nonrelevant documents as it has relevant ones altogether, as trec_eval does.
 */
export function countBalanced(
  group: PreferenceGroup,
  ranking: PreferredRanking,
  scope: 'judged' | 'retrieved',
): { held: number; possible: number } {
  const within = scope === 'judged' ? ranking.judged : ranking.retrieved;
  const levels = group.levels.subarray(0, within);
  const relevant = levels.filter((level) => level > 0).length;
  const nonrelevant = levels.filter((level) => level === 0).length;
  const allRelevant = group.levels.filter((level) => level > 0).length;
  const spare = relevant - nonrelevant;
  if (spare >= 0) {
    const { held, possible } = totals(countPreferences(group, ranking), scope);
    const found = group.levels.subarray(0, ranking.retrieved).filter((level) => level > 0).length;
    return { held: held + found * spare, possible: possible + allRelevant * spare };
  }
  const quota = group.form === 'one list' ? relevant : allRelevant;
  const last = lastKept(group.levels, quota);
  const kept = (document: number): boolean => document < last || group.levels[document] !== 0;
  const { held, possible } = totals(countPreferences(group, ranking, kept), scope);
  const extra = group.form === 'one list' ? nonrelevantPairs(group, ranking, quota, scope) : { held: 0, possible: 0 };
  return { held: held + extra.held, possible: possible + extra.possible };
}

/**
 * trec_eval also compares every nonrelevant document of a single list with each of those that are kept, as if the one
 * were preferred to the other; its published figures contain these pairs, so they are counted here.
 */
function nonrelevantPairs(
  { levels }: PreferenceGroup,
  { judged, retrieved }: PreferredRanking,
  quota: number,
  scope: 'judged' | 'retrieved',
): { held: number; possible: number } {
  const nonrelevant = [...levels.keys()].filter((document) => levels[document] === 0);
  const within = scope === 'judged' ? judged : retrieved;
  const pairs = { held: 0, possible: 0 };
  for (const below of nonrelevant.slice(0, quota).filter((document) => document < within)) {
    for (const above of nonrelevant) {
      if (above >= within) break;
      pairs.possible++;
      if (above < below && above < retrieved) pairs.held++;
    }
  }
  return pairs;
}

/** Number of the first nonrelevant document after `quota` of them. */
function lastKept(levels: Float64Array, quota: number): number {
  let seen = 0;
  for (const [document, level] of levels.entries()) {
    if (level === 0 && seen++ === quota) return document;
  }
  return levels.length;
}

function totals(fared: PreferenceCounts, scope: 'judged' | 'retrieved'): { held: number; possible: number } {
  if (scope === 'retrieved') return { held: fared.heldRetrieved, possible: fared.retrieved };
  return {
    held: fared.heldRetrieved + fared.heldImplied,
    possible: fared.retrieved + fared.implied + fared.absent,
  };
}
