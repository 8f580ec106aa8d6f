import type { CandidateScores } from '../candidate-scores.js';
import type { VectorRows } from '../flat/vector-rows.js';
import type { CandidateEngine } from './candidate-engine.js';
import type { LiveLabels } from './live-labels.js';

/** More than this share of all labels is not asked for: a scan is as fast. */
const ASKED_SHARE = 0.25;

/** What a search asks an engine for. */
export interface RescoredQuestion {
  /** Candidates that count and pass. */
  readonly wanted: number;
  /** How many vectors pass, as far as is known. */
  readonly passing: number;
}

/**
 * Proposes what an engine finds, asking for more until enough of it counts and passes the filter.
 *
 * @returns false when that would be most of the index, and a scan must answer
 */
export function proposeFromEngine(
  engine: CandidateEngine,
  parts: { readonly rows: VectorRows; readonly labels: LiveLabels; readonly candidates: CandidateScores },
  query: Float32Array,
  { wanted, passing }: RescoredQuestion,
): boolean {
  const { rows, labels, candidates } = parts;
  const enough = Math.min(wanted, passing);
  for (let asked = Math.ceil((wanted * labels.count) / passing); asked <= ASKED_SHARE * labels.count; asked *= 2) {
    for (const label of engine.propose(query, asked)) {
      const ordinal = labels.ordinalOf(label);
      if (ordinal !== -1) candidates.propose(rows.rowOf(ordinal));
    }
    if (candidates.count >= enough / 2) return true;
  }
  return false;
}
