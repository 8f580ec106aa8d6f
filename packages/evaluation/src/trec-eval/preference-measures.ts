import { countBalanced, countPreferences, type PreferenceCounts } from './preference-counts.js';
import type { PreferredRanking } from './preferences.js';

/** A preference measure under trec_eval's name. */
export interface PreferenceMeasure {
  readonly name: string;
  readonly kind: 'count' | 'real';
  of(ranking: PreferredRanking): number;
}

/** Which preferences are possible: all (`judged`), with one document retrieved (`implied`), or with both (`retrieved`). */
type Scope = 'judged' | 'implied' | 'retrieved';

/** The measures of `-m all_prefs`, in trec_eval's order. */
export const preferenceMeasures: readonly PreferenceMeasure[] = [
  count('prefs_num_prefs_poss', (fared) => possibleOf(fared, 'judged')),
  count('prefs_num_prefs_ful', (fared) => heldOf(fared, 'judged')),
  count('prefs_num_prefs_ful_ret', (fared) => heldOf(fared, 'retrieved')),
  overall('prefs_simp', 'judged'),
  byPair('prefs_pair', 'judged'),
  byGroup('prefs_avgjg', 'judged'),
  balanced('prefs_avgjg_Rnonrel', 'judged'),
  overall('prefs_simp_ret', 'retrieved'),
  byPair('prefs_pair_ret', 'retrieved'),
  byGroup('prefs_avgjg_ret', 'retrieved'),
  balanced('prefs_avgjg_Rnonrel_ret', 'retrieved'),
  overall('prefs_simp_imp', 'implied'),
  byPair('prefs_pair_imp', 'implied'),
  byGroup('prefs_avgjg_imp', 'implied'),
];

function heldOf({ heldRetrieved, heldImplied }: PreferenceCounts, scope: Scope): number {
  return scope === 'retrieved' ? heldRetrieved : heldRetrieved + heldImplied;
}

function possibleOf({ retrieved, implied, absent }: PreferenceCounts, scope: Scope): number {
  if (scope === 'retrieved') return retrieved;
  return scope === 'implied' ? retrieved + implied : retrieved + implied + absent;
}

function total(ranking: PreferredRanking, value: (fared: PreferenceCounts) => number): number {
  return ranking.groups.reduce((sum, group) => sum + value(countPreferences(group, ranking)), 0);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function count(name: string, value: (fared: PreferenceCounts) => number): PreferenceMeasure {
  return { name, kind: 'count', of: (ranking) => total(ranking, value) };
}

/** Held over possible, all groups together. */
function overall(name: string, scope: Scope): PreferenceMeasure {
  return {
    name,
    kind: 'real',
    of: (ranking) =>
      share(
        total(ranking, (fared) => heldOf(fared, scope)),
        total(ranking, (fared) => possibleOf(fared, scope)),
      ),
  };
}

/** The mean over groups of held over possible. */
function byGroup(name: string, scope: Scope): PreferenceMeasure {
  return {
    name,
    kind: 'real',
    of: (ranking) =>
      share(
        total(ranking, (fared) => share(heldOf(fared, scope), possibleOf(fared, scope))),
        ranking.groups.length,
      ),
  };
}

/** The mean over groups with as many nonrelevant documents as relevant ones. 0 where a group has nothing to prefer. */
function balanced(name: string, scope: 'judged' | 'retrieved'): PreferenceMeasure {
  return {
    name,
    kind: 'real',
    of(ranking) {
      const shares = ranking.groups.map((group) => countBalanced(group, ranking, scope));
      // trec_eval divides by 0 here and then takes the sum that is not a number for 0.
      if (shares.some(({ possible }) => possible === 0)) return 0;
      return share(
        shares.reduce((sum, { held, possible }) => sum + held / possible, 0),
        shares.length,
      );
    },
  };
}

/** The mean over pairs of documents of the share of groups that agree with their order. */
function byPair(name: string, scope: Scope): PreferenceMeasure {
  return {
    name,
    kind: 'real',
    of({ judged, retrieved, groups }) {
      let agreement = 0;
      let pairs = 0;
      for (let above = 0; above < judged; above++) {
        if (scope !== 'judged' && above >= retrieved) break;
        for (let below = above + 1; below < (scope === 'retrieved' ? retrieved : judged); below++) {
          const right = votes(groups, above * judged + below);
          const wrong = votes(groups, below * judged + above);
          if (right + wrong === 0) continue;
          pairs++;
          if (above < retrieved) agreement += right / (right + wrong);
        }
      }
      return share(agreement, pairs);
    },
  };
}

function votes(groups: PreferredRanking['groups'], cell: number): number {
  let sum = 0;
  for (const { preferred } of groups) sum += preferred[cell] ?? 0;
  return sum;
}
