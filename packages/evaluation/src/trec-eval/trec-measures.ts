import type { JudgedRanking } from '../judged-ranking.js';
import type { Measure } from '../measures/measure.js';
import { parseMeasure } from '../measures/parse-measure.js';
import { relevanceString } from './relevance-string.js';

/** A number under the name that trec_eval prints. */
export interface TrecNumber {
  readonly name: string;
  readonly measure: Measure;
  /** Geometric means and the number of queries are printed for all queries together only. */
  readonly lines: 'queries and summary' | 'summary';
}

/** A text that trec_eval prints for each query. */
export interface TrecText {
  readonly name: string;
  readonly text: (query: JudgedRanking) => string;
}

/** One line of trec_eval's output for each query, for all together, or both. */
export type TrecMeasure = TrecNumber | TrecText;

const CUTOFFS = [5, 10, 15, 20, 30, 100, 200, 500, 1000] as const;
const LEVELS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;
const MULTIPLES = [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8, 2] as const;

/** Builds the measures at one threshold of relevance. */
function builder(rel: number): (name: string, ours: string, lines?: TrecNumber['lines']) => TrecNumber {
  return (name, ours, lines = 'queries and summary') => ({
    name,
    measure: parseMeasure(rel === 1 ? ours : withRel(ours, rel)),
    lines,
  });
}

/** `P@5` becomes `P(rel=2)@5`. Gains and pool shares know no threshold. */
function withRel(name: string, rel: number): string {
  if (/^(n?DCG|nDCGrel|RnDCG|G|Judged|Unjudged|NumQ|NumRet)(@|\(|$)/.test(name)) return name;
  if (name.includes('(')) return name.replace('(', `(rel=${rel},`);
  return name.includes('@') ? name.replace('@', `(rel=${rel})@`) : `${name}(rel=${rel})`;
}

/**
 * What trec_eval prints when it is not asked for anything (`official`), in its order.
 *
 * @param rel least grade that counts as relevant (trec_eval's -l)
 */
export function officialMeasures(rel = 1): TrecNumber[] {
  const measure = builder(rel);
  return [
    measure('num_q', 'NumQ', 'summary'),
    measure('num_ret', 'NumRet'),
    measure('num_rel', 'NumRel'),
    measure('num_rel_ret', 'NumRelRet'),
    measure('map', 'AP'),
    measure('gm_map', 'GMAP', 'summary'),
    measure('Rprec', 'Rprec'),
    measure('bpref', 'Bpref'),
    measure('recip_rank', 'RR'),
    ...LEVELS.map((level) => measure(`iprec_at_recall_${level.toFixed(2)}`, `IPrec@${level}`)),
    ...CUTOFFS.map((cutoff) => measure(`P_${cutoff}`, `P@${cutoff}`)),
  ];
}

/**
 * What trec_eval prints for `-m all_trec`, in its order, without its rank-biased lines.
 *
 * trec_eval 10.0-rc3 computes its rbp from uninitialised memory; ours is `RBP`.
 *
 * @param rel least grade that counts as relevant (trec_eval's -l)
 * @param options relstring: length of the string of grades
 */
export function allTrecMeasures(rel = 1, { relstring = 10 }: { relstring?: number } = {}): TrecMeasure[] {
  const measure = builder(rel);
  return [
    ...officialMeasures(rel),
    { name: relstring === 10 ? 'relstring' : `relstring_${relstring}`, text: relevanceString(relstring) },
    ...CUTOFFS.map((cutoff) => measure(`recall_${cutoff}`, `R@${cutoff}`)),
    measure('infAP', 'infAP'),
    measure('gm_bpref', 'GMBpref', 'summary'),
    ...MULTIPLES.map((times) => measure(`Rprec_mult_${times.toFixed(2)}`, `RprecMult(times=${times})`)),
    measure('utility', 'Utility'),
    measure('11pt_avg', 'IPrec11'),
    measure('binG', 'binG'),
    measure('G', 'G'),
    measure('ndcg', 'nDCG'),
    measure('ndcg_rel', 'nDCGrel'),
    measure('Rndcg', 'RnDCG'),
    ...CUTOFFS.map((cutoff) => measure(`ndcg_cut_${cutoff}`, `nDCG@${cutoff}`)),
    ...CUTOFFS.map((cutoff) => measure(`map_cut_${cutoff}`, `AP@${cutoff}`)),
    ...CUTOFFS.map((cutoff) => measure(`relative_P_${cutoff}`, `RelP@${cutoff}`)),
    ...[1, 5, 10].map((cutoff) => measure(`success_${cutoff}`, `Success@${cutoff}`)),
    measure('set_P', 'SetP'),
    measure('set_relative_P', 'SetRelP'),
    measure('set_recall', 'SetR'),
    measure('set_map', 'SetAP'),
    measure('set_F', 'SetF'),
    measure('num_nonrel_judged_ret', 'NumNonrelRet'),
    ...[5, 10, 20].map((cutoff) => measure(`unj_${cutoff}`, `Unjudged@${cutoff}`)),
  ];
}
