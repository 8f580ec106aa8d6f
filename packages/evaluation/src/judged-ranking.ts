import { positionOf, type Qrels } from './qrels.js';
import type { Run } from './run.js';

/** Grade of a retrieved document that nobody pooled: there is no line for it in the qrels. */
export const NOT_POOLED = -1;
/** Grade of a retrieved document that was pooled and not judged: its line has a negative grade. */
export const POOLED_UNJUDGED = -2;

/** What a {@link JudgedRanking} is made of. */
export interface JudgedRankingParts {
  readonly queryId: string;
  /** Grades of the retrieved documents in rank order: 0 and more, {@link NOT_POOLED} or {@link POOLED_UNJUDGED}. */
  readonly grades: Int32Array;
  /** `gradeCounts[g]` judged documents have grade g, whether they were retrieved or not. */
  readonly gradeCounts: Uint32Array;
  /** Id of the document at a position, from 0. */
  readonly idAt: (position: number) => string;
}

/**
 * One query's results with their judgements: all that a measure sees.
 *
 * What several measures need (how many relevant documents are among the first k, at which ranks they are) is computed
 * in one walk, once for each threshold of relevance, and shared.
 */
export class JudgedRanking implements JudgedRankingParts {
  readonly queryId: string;
  readonly grades: Int32Array;
  readonly gradeCounts: Uint32Array;
  readonly idAt: (position: number) => string;
  readonly #counts: Map<number, RelevantCounts> = new Map();

  constructor({ queryId, grades, gradeCounts, idAt }: JudgedRankingParts) {
    this.queryId = queryId;
    this.grades = grades;
    this.gradeCounts = gradeCounts;
    this.idAt = idAt;
  }

  /** How many documents were retrieved. */
  get retrieved(): number {
    return this.grades.length;
  }

  /** How many documents have at least grade `rel`, retrieved or not. */
  relevant(rel: number): number {
    return this.#countsOf(rel).judged;
  }

  /** How many judged documents have a grade from 0 to below `rel`, retrieved or not. */
  nonrelevant(rel: number): number {
    let count = 0;
    for (let grade = 0; grade < Math.min(rel, this.gradeCounts.length); grade++) count += this.gradeCounts[grade] ?? 0;
    return count;
  }

  /** How many of the first `cutoff` results have at least grade `rel`. */
  relevantWithin(rel: number, cutoff: number): number {
    const { within } = this.#countsOf(rel);
    return within[Math.min(cutoff, this.retrieved)] ?? 0;
  }

  /** How many results have at least grade `rel`. */
  relevantRetrieved(rel: number): number {
    return this.relevantWithin(rel, this.retrieved);
  }

  /** Ranks, from 1, of the results that have at least grade `rel`. */
  relevantRanks(rel: number): Uint32Array {
    return this.#countsOf(rel).ranks;
  }

  #countsOf(rel: number): RelevantCounts {
    const known = this.#counts.get(rel);
    if (known) return known;
    const counts = countRelevant(this, rel);
    this.#counts.set(rel, counts);
    return counts;
  }
}

interface RelevantCounts {
  readonly judged: number;
  /** Entry k counts the relevant documents among the first k results. */
  readonly within: Uint32Array;
  readonly ranks: Uint32Array;
}

function countRelevant({ grades, gradeCounts }: JudgedRankingParts, rel: number): RelevantCounts {
  const within = new Uint32Array(grades.length + 1);
  const ranks = new Uint32Array(grades.length);
  let seen = 0;
  for (let at = 0; at < grades.length; at++) {
    const grade = grades[at] ?? NOT_POOLED;
    if (grade >= rel && grade >= 0) ranks[seen++] = at + 1;
    within[at + 1] = seen;
  }
  let judged = 0;
  for (let grade = Math.max(rel, 0); grade < gradeCounts.length; grade++) judged += gradeCounts[grade] ?? 0;
  return { judged, within, ranks: ranks.subarray(0, seen) };
}

/** Which of the results count. */
export interface JudgeOptions {
  /** Results beyond this rank are ignored (trec_eval's -M); all count when left out. */
  readonly maxResults?: number;
  /** `judged` drops the results without a grade before ranks are counted (trec_eval's -J). Default `all`. */
  readonly results?: 'all' | 'judged';
}

/** Looks up the grades of a query's results. A query that the run lacks has no results. */
export function judge(qrels: Qrels, run: Run, queryId: string, options: JudgeOptions = {}): JudgedRanking {
  const found = run.of(queryId)?.documents ?? new Uint32Array(0);
  return judgeIds(qrels, queryId, found.length, (position) => run.documents.idOf(found[position] ?? 0), options);
}

/**
 * Looks up the grades of results that are given by their ids, best first.
 *
 * @param length how many results there are
 * @param idAt id of the result at a position, from 0
 */
export function judgeIds(
  qrels: Qrels,
  queryId: string,
  length: number,
  idAt: (position: number) => string,
  { maxResults = Number.POSITIVE_INFINITY, results = 'all' }: JudgeOptions = {},
): JudgedRanking {
  const { documents: judged = new Uint32Array(0), grades: judgedGrades = new Int16Array(0) } = qrels.of(queryId) ?? {};
  const depth = Math.min(length, maxResults);
  const grades = new Int32Array(depth);
  const kept = new Uint32Array(depth);
  let count = 0;
  for (let position = 0; position < depth; position++) {
    const ordinal = qrels.documents.ordinalOf(idAt(position));
    const grade = gradeAt(judgedGrades, ordinal === undefined ? -1 : positionOf(judged, ordinal));
    if (results === 'judged' && grade < 0) continue;
    kept[count] = position;
    grades[count++] = grade;
  }
  return new JudgedRanking({
    queryId,
    grades: grades.subarray(0, count),
    gradeCounts: countGrades(judgedGrades),
    idAt: (position) => idAt(kept[position] ?? 0),
  });
}

/** The grade as measures see it; `at` is -1 where there is no judgement. */
function gradeAt(grades: Int16Array, at: number): number {
  if (at < 0) return NOT_POOLED;
  const grade = grades[at] ?? 0;
  return grade < 0 ? POOLED_UNJUDGED : grade;
}

function countGrades(grades: Int16Array): Uint32Array {
  let highest = 0;
  for (const grade of grades) highest = Math.max(highest, grade);
  const counts = new Uint32Array(highest + 1);
  for (const grade of grades) if (grade >= 0) counts[grade] = (counts[grade] ?? 0) + 1;
  return counts;
}
