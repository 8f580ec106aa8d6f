import {
  bm25Scale,
  idSpace,
  pipeline,
  type Query,
  Ranking,
  type RetrieveOptions,
  type Retriever,
  take,
} from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { Qrels } from '../qrels.js';
import { Run } from '../run.js';
import { compareRuns } from './compare-runs.js';
import { experiment } from './experiment.js';
import { formatComparison } from './format-comparison.js';
import { queryDifferences } from './query-differences.js';

const space = idSpace(['a', 'b', 'c', 'd']);

/** Answers each query with the documents that its text names, in their order, and counts its calls. */
class Reader implements Retriever {
  readonly name: string;
  readonly scale = bm25Scale;
  calls = 0;
  readonly #reverse: boolean;

  constructor(name: string, order: 'as written' | 'reversed') {
    this.name = name;
    this.#reverse = order === 'reversed';
  }

  async retrieve(queries: readonly Query[], { topK }: RetrieveOptions): Promise<Ranking[]> {
    this.calls++;
    return queries.map(({ text }) => {
      const letters = this.#reverse ? [...text].reverse() : [...text];
      const ordinals = Uint32Array.from(letters, (letter) => space.ordinalOf(letter) ?? 0);
      const scores = Float32Array.from(letters, (_, at) => 10 - at);
      return new Ranking({ space, ordinals, scores, scale: bm25Scale }).take(topK);
    });
  }
}

const queries = [
  { id: 'q1', text: 'abcd' },
  { id: 'q2', text: 'abcd' },
  { id: 'q3', text: 'abcd' },
];
const qrels = Qrels.of({ q1: { a: 1 }, q2: { d: 1 }, q3: { a: 1, b: 1 } });

describe('experiment', () => {
  it('measures, tests and runs what pipelines share once', async () => {
    const reader = new Reader('reader', 'as written');
    const backwards = new Reader('backwards', 'reversed');
    const comparison = await experiment({
      pipelines: { full: reader, short: pipeline(reader, take(1)), backwards },
      queries,
      qrels,
      measures: ['RR', 'R@4'],
      baseline: 'full',
      timedQueries: 0,
    });
    expect(reader.calls).toBe(1);
    expect(comparison.systems.map(({ name, summary }) => [name, summary.RR, summary['R@4']])).toEqual([
      ['full', (1 + 1 / 4 + 1) / 3, 1],
      ['short', (1 + 0 + 1) / 3, (1 + 0 + 1 / 2) / 3],
      ['backwards', (1 / 4 + 1 + 1 / 3) / 3, 1],
    ]);
    const [full, short] = comparison.systems;
    expect(full?.versusBaseline).toBeUndefined();
    expect(short?.versusBaseline?.RR).toMatchObject({ wins: 0, ties: 2, losses: 1 });
    expect(short?.versusBaseline?.RR?.difference).toBeCloseTo(-1 / 12, 12);
  });

  it('times each pipeline alone, after a warm-up', async () => {
    const reader = new Reader('reader', 'as written');
    let now = 0;
    const { systems } = await experiment({
      pipelines: { reader },
      queries,
      qrels,
      measures: ['RR'],
      clock: () => {
        now += 30;
        return now;
      },
    });
    expect(reader.calls).toBe(1 + 1 + queries.length);
    expect(systems[0]?.msPerQuery).toBe(30);
  });

  it('times a slow pipeline on few queries', async () => {
    const reader = new Reader('reader', 'as written');
    let now = 0;
    const clock = (): number => {
      now += 30;
      return now;
    };
    const timed = { pipelines: { reader }, queries, qrels, measures: ['RR'], clock };
    const { systems } = await experiment({ ...timed, timedMs: 31 });
    expect(reader.calls).toBe(1 + 1 + 2);
    expect(systems[0]?.msPerQuery).toBe(30);
    await experiment({ ...timed, timedMs: 1 });
    expect(reader.calls).toBe(4 + 1 + 1 + 1);
    await expect(experiment({ ...timed, timedMs: 0 })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
  });

  it('measures documents where chunks were retrieved', async () => {
    const { systems } = await experiment({
      pipelines: { reader: new Reader('reader', 'as written') },
      queries,
      qrels: Qrels.of({ q1: { cd: 1 }, q2: { ab: 1 }, q3: { cd: 1 } }),
      measures: ['RR'],
      documentOf: (chunk) => (chunk < 'c' ? 'ab' : 'cd'),
      timedQueries: 0,
    });
    expect(systems[0]?.summary.RR).toBe((1 / 2 + 1 + 1 / 2) / 3);
  });

  it('refuses a baseline that is not there, before it searches', async () => {
    const reader = new Reader('reader', 'as written');
    const run = experiment({ pipelines: { reader }, queries, qrels, measures: ['RR'], baseline: 'bm25' });
    await expect(run).rejects.toThrow("there is no system 'bm25'; there are reader");
    expect(reader.calls).toBe(0);
  });

  it('stops when told', async () => {
    const reader = new Reader('reader', 'as written');
    const stop = AbortSignal.abort(new Error('enough'));
    const run = experiment({ pipelines: { reader }, queries, qrels, measures: ['RR'], signal: stop });
    await expect(run).rejects.toThrow('enough');
  });
});

describe('compareRuns', () => {
  const judged = Qrels.of(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`q${at}`, { r: 1 }])));
  const runWith = (hits: number): Run =>
    Run.of(Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`q${at}`, at < hits ? { r: 2, x: 1 } : { x: 1 }])));

  it('counts queries that a run lacks as 0', async () => {
    const { systems } = await compareRuns(judged, { half: Run.of({ q0: { r: 1 } }) }, { measures: ['RR'] });
    expect(systems[0]?.summary.RR).toBe(1 / 8);
  });

  it('corrects p over the systems, by the test that is asked for', async () => {
    const runs = { base: runWith(2), more: runWith(5), most: runWith(8) };
    const { systems } = await compareRuns(judged, runs, {
      measures: ['RR'],
      baseline: 'base',
      test: 'randomisation',
    });
    const [, more, most] = systems;
    // 3 and 6 differences of 1: only all-equal signs reach the sum, 2 of 8 and 2 of 64; Holm doubles the smaller.
    expect(more?.versusBaseline?.RR).toMatchObject({ p: 2 / 8, correctedP: 2 / 8, wins: 3, ties: 5, losses: 0 });
    expect(most?.versusBaseline?.RR).toMatchObject({ p: 2 / 64, correctedP: 4 / 64 });
  });

  it('lists the queries that differ most', async () => {
    const { systems } = await compareRuns(judged, { base: runWith(2), more: runWith(5) }, { measures: ['RR'] });
    const [base, more] = systems;
    if (!base || !more) return expect.fail('two systems');
    const differences = queryDifferences(more.evaluation, base.evaluation, 'RR', { count: 2 });
    expect(differences).toMatchObject({ wins: 3, ties: 5, losses: 0, worst: [] });
    expect(differences.best.map(({ queryId, difference }) => [queryId, difference])).toEqual([
      ['q2', 1],
      ['q3', 1],
    ]);
    const harmed = queryDifferences(base.evaluation, more.evaluation, 'RR');
    expect(harmed.best).toEqual([]);
    expect(harmed.worst.map(({ queryId }) => queryId)).toEqual(['q2', 'q3', 'q4']);
  });
});

describe('formatComparison', () => {
  const compare = () =>
    compareRuns(
      Qrels.of({ q1: { a: 1 }, q2: { a: 1 }, q3: { a: 1 } }),
      { 'bm25_|,&': Run.of({ q1: { a: 1 } }), '=dense': Run.of({ q1: { a: 1 }, q2: { b: 2, a: 1 }, q3: { a: 1 } }) },
      { measures: ['RR', 'NumRet'], baseline: 'bm25_|,&', correction: 'none' },
    );

  it('writes plain text', async () => {
    expect(formatComparison(await compare(), 'text')).toBe(
      [
        'system        RR  difference       p  NumRet  difference       p',
        '--------  ------  ----------  ------  ------  ----------  ------',
        'bm25_|,&  0.3333                           1',
        '=dense    0.8333     +0.5000  0.2254       4     +1.0000  0.2254',
        '',
        '3 queries. Differences to bm25_|,&, paired t-test, p not corrected.',
        '',
      ].join('\n'),
    );
  });

  it('writes Markdown, CSV and LaTeX, with names that each form would take for its own', async () => {
    const comparison = await compare();
    const [, , first, second] = formatComparison(comparison, 'markdown').split('\n');
    expect(first).toBe('| bm25\\_\\|,& | 0.3333 |  |  | 1 |  |  |');
    expect(second).toContain('| **0.8333** |');
    const csv = formatComparison(comparison, 'csv').split('\r\n');
    expect(csv[1]).toBe('"bm25_|,&",0.3333,,,1,,');
    expect(csv[2]).toBe("'=dense,0.8333,+0.5000,0.2254,4,+1.0000,0.2254");
    const latex = formatComparison(comparison, 'latex');
    expect(latex).toContain('bm25\\_|,\\& & 0.3333 &');
    expect(latex).toContain('\\textbf{0.8333}');
    expect(latex).toContain('\\begin{tabular}{lrrrrrr}');
  });

  it('writes JSON in full', async () => {
    const comparison = await compare();
    const written: unknown = JSON.parse(formatComparison(comparison, 'json'));
    expect(written).toMatchObject({
      measures: ['RR', 'NumRet'],
      queryIds: ['q1', 'q2', 'q3'],
      systems: [{ name: 'bm25_|,&', perQuery: { RR: [1, 0, 0] } }, { summary: { RR: 2.5 / 3 } }],
    });
  });
});
