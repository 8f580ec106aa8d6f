import { readFileSync } from 'node:fs';
import {
  allTrecMeasures,
  groupReport,
  interpolatedPrecisionMean,
  mean,
  officialMeasures,
  parseMeasure,
  preferenceReport,
  readGroupedQrels,
  readPreferences,
  readQrels,
  readRun,
  readZScores,
  type TrecNumber,
  trecReport,
} from '@sluice/evaluation';
import { expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

describeWithShared('trec_eval prints the same', (shared) => {
  const file = (name: string): string => `${shared}/golden/trec_eval/${name}`;
  const golden = (name: string): string => withoutRankBiased(readFileSync(file(name), 'utf8'));

  it('out.test: official measures', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.test')));
    expect(report).toBe(golden('out.test'));
  });

  it('out.comment.test: ids with #, 100 digits of ids', async () => {
    const qrels = await readQrels(file('qrels.comment.test'));
    expect(await trecReport(qrels, await readRun(file('results.comment.test')))).toBe(golden('out.comment.test'));
  });

  it('out.test.a: all measures', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.test')), {
      measures: allTrecMeasures(),
    });
    expect(report).toBe(golden('out.test.a'));
  });

  it('out.test.aq: all measures, each query', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.test')), {
      measures: allTrecMeasures(),
      print: 'each',
    });
    expect(report).toBe(golden('out.test.aq'));
  });

  it('out.test.aqc: a query without results counts 0', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.trunc')), {
      measures: allTrecMeasures(),
      print: 'each',
      queries: 'judged',
    });
    expect(report).toBe(golden('out.test.aqc'));
  });

  it('out.test.aqcM: at most 100 results', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.trunc')), {
      measures: allTrecMeasures(),
      print: 'each',
      queries: 'judged',
      maxResults: 100,
    });
    expect(report).toBe(golden('out.test.aqcM'));
  });

  it('out.test.aql: relevant from grade 2', async () => {
    const report = await trecReport(await readQrels(file('qrels.rel_level')), await readRun(file('results.test')), {
      measures: allTrecMeasures(2, { relstring: 20 }),
      print: 'each',
    });
    expect(report).toBe(golden('out.test.aql'));
  });

  it('out.test.aqZ: standard scores', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.test')), {
      measures: allTrecMeasures(),
      print: 'each',
      zScores: await readZScores(file('zscores_file')),
    });
    expect(report).toBe(golden('out.test.aqZ'));
  });

  it('out.test.meas_params: parameters', async () => {
    const report = await trecReport(await readQrels(file('qrels.test')), await readRun(file('results.test')), {
      measures: parameterMeasures(),
      print: 'each',
      header: 'none',
    });
    expect(report).toBe(golden('out.test.meas_params'));
  });

  it('out.test.qrels_jg: means over groups of judgements', async () => {
    for (const qrels of ['qrels.123', 'qrels.comments.123']) {
      const report = await groupReport(await readGroupedQrels(file(qrels)), await readRun(file('results.test')));
      expect(report).toBe(golden('out.test.qrels_jg'));
    }
  });

  it('out.test.prefs: preferences of several groups and lists', async () => {
    for (const prefs of ['prefs.test', 'prefs.comment.test']) {
      const preferences = await readPreferences(file(prefs));
      const run = await readRun(file('prefs.results.test'), { order: 'ascending-id' });
      expect(await preferenceReport(preferences, run)).toBe(golden('out.test.prefs'));
    }
  });

  it('out.test.qrels_prefs: preferences between grades', async () => {
    const preferences = await readPreferences(file('qrels.test'), { format: 'qrels' });
    const run = await readRun(file('results.test'), { order: 'ascending-id' });
    expect(await preferenceReport(preferences, run)).toBe(golden('out.test.qrels_prefs'));
  });

  it('comments in qrels do not change a digit', async () => {
    const run = await readRun(file('results.test'));
    const [plain, commented] = await Promise.all([
      readQrels(file('qrels.test')),
      readQrels(file('qrels.test.with-comments')),
    ]);
    expect(commented.size).toBe(plain.size);
    expect(commented.grade('301', 'CR#93E-1860')).toBe(0);
    expect(await trecReport(commented, run, { measures: officialMeasures() })).toBe(await trecReport(plain, run));
  });
});

/** trec_eval 10.0-rc3 computes rbp from memory that it does not initialise, so these lines are no reference. */
function withoutRankBiased(text: string): string {
  return text.replace(/^Z?rbp.*\n/gm, '');
}

function parameterMeasures(): TrecNumber[] {
  const number = (name: string, ours: string): TrecNumber => ({
    name,
    measure: parseMeasure(ours),
    lines: 'queries and summary',
  });
  return [
    ...['0.10', '0.20', '0.25', '0.50', '0.75'].map((level) => number(`iprec_at_recall_${level}`, `IPrec@${level}`)),
    ...[3, 5, 7].map((cutoff) => number(`P_${cutoff}`, `P@${cutoff}`)),
    ...[20, 2000].map((cutoff) => number(`recall_${cutoff}`, `R@${cutoff}`)),
    ...['0.20', '0.35', '5.00'].map((times) => number(`Rprec_mult_${times}`, `RprecMult(times=${times})`)),
    number('utility_2,-1,0,0', 'Utility(hit=2)'),
    {
      name: '11pt_avg_.25,.5,.75',
      lines: 'queries and summary',
      measure: {
        name: 'IPrec3',
        kind: 'real',
        aggregate: mean,
        of: (query) => interpolatedPrecisionMean(query, 1, [0.25, 0.5, 0.75]),
      },
    },
    number('ndcg_1=3,2=9,4=4.5', 'nDCG(gains={1:3,2:9,4:4.5})'),
    ...[10, 20, 23].map((cutoff) => number(`ndcg_cut_${cutoff}`, `nDCG@${cutoff}`)),
    ...[2, 5, 20].map((cutoff) => number(`success_${cutoff}`, `Success@${cutoff}`)),
  ];
}
