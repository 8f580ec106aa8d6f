import type { Evaluation } from '../evaluate.js';
import type { Run } from '../run.js';
import type { Correction } from '../significance/correction.js';

/** How a system differs from the baseline in one measure. */
export interface ComparedMeasure {
  /** System minus baseline, the mean over queries. */
  readonly difference: number;
  /** Of the test that was asked for, two-sided, before correction. */
  readonly p: number;
  /** Corrected for the number of systems that are compared with the baseline. */
  readonly correctedP: number;
  /** Queries on which the system's value is greater, equal and smaller. */
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
}

/** One row of a comparison. */
export interface ComparedSystem {
  readonly name: string;
  readonly run: Run;
  readonly evaluation: Evaluation;
  /** One value for each measure, by name. */
  readonly summary: Readonly<Record<string, number>>;
  /** By measure; absent for the baseline itself, and where there is none. */
  readonly versusBaseline?: Readonly<Record<string, ComparedMeasure>>;
  /** Milliseconds a query, alone and after a warm-up; absent where nothing was timed. */
  readonly msPerQuery?: number;
}

/** Several systems measured on the same queries. */
export interface Comparison {
  /** Names of the measures, in the order of the columns. */
  readonly measures: readonly string[];
  readonly queryIds: readonly string[];
  readonly baseline?: string;
  readonly test: 't-test' | 'randomisation';
  readonly correction: Correction;
  readonly systems: readonly ComparedSystem[];
}
