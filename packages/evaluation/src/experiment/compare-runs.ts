import { InvalidOptionsError } from '@sluice/core';
import { type EvaluateOptions, type Evaluation, evaluate } from '../evaluate.js';
import type { Measure } from '../measures/measure.js';
import { parseMeasures } from '../measures/parse-measure.js';
import type { Qrels } from '../qrels.js';
import type { Run } from '../run.js';
import { type Correction, correctPValues } from '../significance/correction.js';
import { type PairedTest, pairedTTest } from '../significance/paired-t-test.js';
import { randomisationTest } from '../significance/randomisation-test.js';
import type { ComparedMeasure, ComparedSystem, Comparison } from './comparison.js';

/** How runs are compared. */
export interface CompareOptions extends Omit<EvaluateOptions, 'queries'> {
  /** Names such as `nDCG@10`, or your own. */
  readonly measures: readonly (string | Measure)[];
  /** Name of the system that the others are tested against. No tests when left out. */
  readonly baseline?: string;
  /** Default `t-test`, paired and two-sided. */
  readonly test?: Comparison['test'];
  /** Over the systems compared with the baseline, for each measure by itself. Default `holm`. */
  readonly correction?: Correction;
  /** Of the randomisation test. Default 1. */
  readonly seed?: number;
}

/**
 * Measures several runs on the same judged queries and tests their differences.
 *
 * Queries that a run lacks count 0.
 *
 * @param runs by the name of the system, in the order of the rows
 * @throws {InvalidOptionsError} `baseline` is not one of the runs, or a measure's name cannot be read
 * @throws {InvalidInputError} a baseline is given and fewer than two queries are judged
 * @example
 * await compareRuns(qrels, { bm25, dense }, { measures: ['nDCG@10'], baseline: 'bm25' });
 */
export async function compareRuns(
  qrels: Qrels,
  runs: Readonly<Record<string, Run>>,
  options: CompareOptions,
): Promise<Comparison> {
  const { measures, baseline, test = 't-test', correction = 'holm', seed = 1, ...evaluating } = options;
  expectBaseline(baseline, Object.keys(runs));
  const parsed = parseMeasures(measures);
  const evaluations = new Map<string, Evaluation>();
  for (const [name, run] of Object.entries(runs)) {
    evaluations.set(name, await evaluate(qrels, run, parsed, evaluating));
  }
  const reference = baseline === undefined ? undefined : evaluations.get(baseline);
  const tested = reference
    ? await testAll(evaluations, reference, parsed, { test, correction, seed, signal: options.signal })
    : new Map<string, Record<string, ComparedMeasure>>();
  const systems = Object.entries(runs).flatMap(([name, run]): ComparedSystem[] => {
    const evaluation = evaluations.get(name);
    if (!evaluation) return [];
    const versusBaseline = tested.get(name);
    return [{ name, run, evaluation, summary: evaluation.summary, ...(versusBaseline ? { versusBaseline } : {}) }];
  });
  return {
    measures: parsed.map(({ name }) => name),
    queryIds: systems[0]?.evaluation.queryIds ?? [],
    ...(baseline === undefined ? {} : { baseline }),
    test,
    correction,
    systems,
  };
}

/** @throws {InvalidOptionsError} `baseline` is given and not among the names */
export function expectBaseline(baseline: string | undefined, names: readonly string[]): void {
  if (baseline === undefined || names.includes(baseline)) return;
  const message = `there is no system '${baseline}'; there are ${names.join(', ')}`;
  throw new InvalidOptionsError({ owner: 'comparison', issues: [{ path: 'baseline', message }] });
}

interface Testing {
  readonly test: Comparison['test'];
  readonly correction: Correction;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** Tests every system but the baseline; the p-values of one measure are corrected together. */
async function testAll(
  evaluations: ReadonlyMap<string, Evaluation>,
  reference: Evaluation,
  measures: readonly Measure[],
  testing: Testing,
): Promise<Map<string, Record<string, ComparedMeasure>>> {
  const others = [...evaluations].filter(([, evaluation]) => evaluation !== reference);
  const tested = new Map(others.map(([name]): [string, Record<string, ComparedMeasure>] => [name, {}]));
  for (const { name: measure } of measures) {
    const baseline = reference.valuesOf(measure);
    const results: PairedTest[] = [];
    for (const [, evaluation] of others) results.push(await runTest(evaluation.valuesOf(measure), baseline, testing));
    const corrected = correctPValues(
      results.map(({ p }) => p),
      testing.correction,
    );
    for (const [at, [name, evaluation]] of others.entries()) {
      const cells = tested.get(name);
      const { difference = 0, p = 1 } = results[at] ?? {};
      const counts = countOutcomes(evaluation.valuesOf(measure), baseline);
      if (cells) cells[measure] = { difference, p, correctedP: corrected[at] ?? 1, ...counts };
    }
  }
  return tested;
}

async function runTest(
  system: Float64Array,
  baseline: Float64Array,
  { test, seed, signal }: Testing,
): Promise<PairedTest> {
  if (test === 't-test') return pairedTTest(system, baseline);
  return randomisationTest(system, baseline, { seed, ...(signal ? { signal } : {}) });
}

/** Queries won, tied and lost by the first of two lists of values. */
export function countOutcomes(
  system: Float64Array,
  baseline: Float64Array,
): Pick<ComparedMeasure, 'wins' | 'ties' | 'losses'> {
  let wins = 0;
  let losses = 0;
  for (const [at, value] of system.entries()) {
    const other = baseline[at] ?? 0;
    if (value > other) wins++;
    else if (value < other) losses++;
  }
  return { wins, ties: system.length - wins - losses, losses };
}
