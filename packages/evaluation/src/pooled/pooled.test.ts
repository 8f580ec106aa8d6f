import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Qrels } from '../qrels.js';
import { Run } from '../run.js';
import { answerableAuroc, auroc } from './auroc.js';
import { filterReport } from './filter-report.js';
import { type Pool, poolOf, poolScores } from './pool.js';
import { cutAtRecall, pooledAreaSteps, pooledCuts, pooledPrecisionRecallArea } from './precision-recall.js';

const qrels = Qrels.of({ q1: { a: 1, b: 0, z: 1 }, q2: { c: 2 }, q3: { d: 0 } });
const run = Run.of({ q1: { a: 0.9, b: 0.8, x: 0.2 }, q2: { c: 0.5, y: 0.8 }, q3: { d: 0.7 } });

describe('a pool', () => {
  it('holds the pairs of all queries by falling score', () => {
    const pool = poolOf(qrels, run);
    expect([...pool.scores]).toEqual([0.9, 0.8, 0.8, 0.7, 0.5, 0.2]);
    expect([...pool.labels].filter((label) => label === 1)).toHaveLength(2);
    expect(pool).toMatchObject({ retrieved: 2, judged: 3 });
    expect(poolOf(qrels, run, { topK: 1, rel: 2 })).toMatchObject({ retrieved: 0, judged: 1 });
  });

  it('has the area that steps give by hand', () => {
    // Recall 1/2 at precision 1 of 1, then 2/2 at precision 2 of 5.
    expect(pooledPrecisionRecallArea(poolOf(qrels, run))).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 5), 12);
  });

  it('is cut where enough relevant pairs are kept', () => {
    expect(cutAtRecall(poolOf(qrels, run), 0.95)).toEqual({
      threshold: 0.5,
      precision: 2 / 5,
      recall: 1,
      recallOfJudged: 2 / 3,
      dropped: 1 - 5 / 6,
    });
    expect(cutAtRecall(poolOf(qrels, run), 0.5)?.threshold).toBe(0.9);
    expect(cutAtRecall(poolOf(qrels, run, { rel: 3 }), 0.5)).toBeUndefined();
  });

  const pairs = fc.array(fc.record({ score: fc.integer({ min: 0, max: 5 }), label: fc.integer({ min: 0, max: 1 }) }), {
    minLength: 1,
    maxLength: 40,
  });
  const poolFrom = (rows: readonly { score: number; label: number }[]): Pool => {
    const falling = rows.toSorted((left, right) => right.score - left.score);
    const retrieved = falling.reduce((sum, { label }) => sum + label, 0);
    return {
      scores: Float64Array.from(falling, ({ score }) => score),
      labels: Uint8Array.from(falling, ({ label }) => label),
      retrieved,
      judged: retrieved,
    };
  };

  it('is the same of loose scores, in whatever order', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const scores = rows.map(({ score }) => score);
        const pool = poolScores(
          scores,
          Uint8Array.from(rows, ({ label }) => label),
        );
        expect(pool).toEqual(poolFrom(rows));
        expect(pooledPrecisionRecallArea(pool)).toBe(pooledPrecisionRecallArea(poolFrom(rows)));
      }),
    );
    expect(poolScores([1, 2], Uint8Array.of(0, 1), 7).judged).toBe(7);
  });

  it('has the area below its cuts', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const pool = poolFrom(rows);
        let [area, before] = [0, 0];
        for (const { recall, precision } of pooledCuts(pool)) {
          area += (recall - before) * precision;
          before = recall;
        }
        expect(pooledPrecisionRecallArea(pool)).toBe(area);
      }),
    );
  });

  it('is refused with a score that is NaN, or without a label for each', () => {
    const labels = Uint8Array.of(1, 0);
    expect(() => poolScores([1, Number.NaN], labels)).toThrow(expect.objectContaining({ row: 1 }));
    expect(() => poolScores([1], labels)).toThrow(/1 scores and 2 labels/);
    const made = { scores: Float64Array.of(Number.NaN, 1), labels, retrieved: 1, judged: 1 };
    expect(pooledPrecisionRecallArea(made)).toBe(1);
  });

  it('has its area in steps, also where long runs of equal scores lie across them', () => {
    const scores = Array.from({ length: 40_000 }, (_, at) => -Math.floor(at / 3000));
    const pool = poolScores(
      scores,
      Uint8Array.from(scores, (_, at) => Number(at % 7 === 0)),
    );
    const steps = pooledAreaSteps(pool);
    let yields = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) yields++;
    // A run of 3,000 is taken whole: of four steps of 8,192, each ends with one.
    expect(yields).toBe(4);
    let [area, before] = [0, 0];
    for (const { precision, recall } of pooledCuts(pool)) {
      area += (recall - before) * precision;
      before = recall;
    }
    expect(step.value).toBeCloseTo(area, 12);
  });

  it('has the area of the mean precision at relevant pairs, equal scores taken together', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const relevant = rows.filter(({ label }) => label === 1);
        const precisions = relevant.map(({ score }) => {
          const kept = rows.filter((other) => other.score >= score);
          return kept.filter(({ label }) => label === 1).length / kept.length;
        });
        const expected =
          relevant.length === 0 ? 0 : precisions.reduce((sum, value) => sum + value, 0) / relevant.length;
        expect(pooledPrecisionRecallArea(poolFrom(rows))).toBeCloseTo(expected, 10);
      }),
    );
  });

  it('does not change with a rising map of all scores', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const mapped = rows.map(({ score, label }) => ({ score: 3 * score ** 3 - 7, label }));
        expect(pooledPrecisionRecallArea(poolFrom(mapped))).toBe(pooledPrecisionRecallArea(poolFrom(rows)));
      }),
    );
  });
});

describe('a filter', () => {
  it('is reported both pooled and by query', () => {
    const kept = Run.of({ q1: { a: 0.9, b: 0.8 }, q2: { y: 0.8 }, q3: {} });
    expect(filterReport(qrels, run, kept)).toEqual({
      dropped: 1 - 3 / 6,
      empty: 1 / 3,
      recall: 1 / 2,
      recallOfJudged: 1 / 3,
      pooledPrecision: { before: 2 / 6, after: 1 / 3 },
      queryPrecision: { before: (1 / 3 + 1 / 2 + 0) / 3, after: 1 / 2 / 3 },
    });
  });
});

describe('AUROC', () => {
  it('is the share of pairs in the right order, ties one half', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        let wins = 0;
        for (const high of positives) for (const low of negatives) wins += high > low ? 1 : high === low ? 0.5 : 0;
        expect(auroc(positives, negatives)).toBeCloseTo(wins / positives.length / negatives.length, 12);
      }),
    );
    expect(auroc([], [1])).toBeNaN();
    expect(auroc([1, Number.NaN], [1])).toBeNaN();
  });

  it('tells queries without an answer by their best score', () => {
    // Best scores: answerable .9 and .8, unanswerable .7.
    expect(answerableAuroc(qrels, run)).toBe(1);
    expect(answerableAuroc(qrels, Run.of({ q1: { a: 0.9 }, q3: { d: 0.7 } }))).toBe(1 / 2);
    expect(answerableAuroc(qrels, run, { unanswerable: ['q2'] })).toBe(1);
    expect(answerableAuroc(qrels, run, { rel: 2 })).toBe(1 / 2);
  });
});
