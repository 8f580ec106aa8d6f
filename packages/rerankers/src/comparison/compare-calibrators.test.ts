import { cosineScale, logitScale, probabilityScale, seededRandom } from '@sluice/core';
import { brierSkill } from '@sluice/evaluation';
import { restsDuring, seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { fitIsotonic } from '../calibration/isotonic.js';
import { compareCalibrators, type ScoredList } from './compare-calibrators.js';

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Lists whose scores say exactly how likely each result is relevant, through `probabilityOf`. */
function lists(count: number, probabilityOf: (score: number) => number, seed = 1): ScoredList[] {
  const [draw, random] = [seededNormal(seed), seededRandom(seed + 1)];
  return Array.from({ length: count }, () => {
    const scores = Float32Array.from({ length: 10 }, draw).sort().reverse();
    return { scores, labels: Uint8Array.from(scores, (score) => Number(random() < probabilityOf(score))) };
  });
}

describe('compareCalibrators', () => {
  it('finds probabilities that are those of the truth, and better than the base rate', async () => {
    const given = lists(600, (score) => sigmoid(2 * score - 1));
    const { results, best } = await compareCalibrators(given, { scale: cosineScale });
    const named = new Map(results.map((result) => [result.kind, result]));
    expect([...named.keys()].toSorted()).toEqual(['base rate', 'isotonic', 'platt']);
    expect(results[0]?.kind).toBe('platt');
    expect(named.get('platt')?.ece).toBeLessThan(0.03);
    expect(named.get('platt')?.skill).toBeGreaterThan(0.3);
    expect(Math.abs(named.get('base rate')?.skill ?? 1)).toBeLessThan(0.01);
    for (const score of [-1, 0, 1]) {
      expect(best.probabilities(Float32Array.of(score))[0]).toBeCloseTo(sigmoid(2 * score - 1), 1);
    }
  });

  it('prefers steps where the truth is a step', async () => {
    const given = lists(300, (score) => (score > 0.5 ? 0.9 : 0.1));
    const { results, best } = await compareCalibrators(given, { scale: cosineScale });
    expect(results[0]?.kind).toBe('isotonic');
    expect(best.kind).toBe('isotonic');
  });

  it('offers temperature for logits and beta for probabilities', async () => {
    const kinds = async (given: readonly ScoredList[], scale: typeof logitScale) =>
      (await compareCalibrators(given, { scale })).results.map(({ kind }) => kind);
    expect(await kinds(lists(50, sigmoid), logitScale)).toContain('temperature');
    const bounded = lists(50, sigmoid).map(({ scores, labels }) => ({ scores: scores.map(sigmoid), labels }));
    expect(await kinds(bounded, probabilityScale)).toContain('beta');
    expect(await kinds(bounded, cosineScale)).not.toContain('beta');
  });

  it('does not learn from the queries that it measures', async () => {
    const given = lists(15, (score) => sigmoid(0.5 * score - 1), 3);
    const { results } = await compareCalibrators(given, { scale: cosineScale });
    const scores = Float32Array.from(given.flatMap((list) => [...list.scores]));
    const labels = Uint8Array.from(given.flatMap((list) => [...list.labels]));
    const probabilities = (await fitIsotonic({ scores, labels })).probabilities(scores);
    const onItsOwn = brierSkill({ probabilities, labels });
    const held = results.find(({ kind }) => kind === 'isotonic')?.skill ?? 1;
    expect(onItsOwn - held).toBeGreaterThan(0.05);
  });

  it('shows what choosing is worth: the kind that is best within the others, for each part', async () => {
    const step = lists(300, (score) => (score > 0.5 ? 0.9 : 0.1));
    const { results, chosen } = await compareCalibrators(step, { scale: cosineScale });
    const isotonic = results.find(({ kind }) => kind === 'isotonic');
    expect(chosen).toEqual({ ...isotonic, kind: 'chosen' });
  });

  it('lets no query choose the kind that it is measured by', async () => {
    // With ten queries which kind is best on them is chance: its figure is flattered, that of the choice is not.
    let flattered = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { results, chosen } = await compareCalibrators(lists(10, sigmoid, seed), { scale: logitScale });
      const least = Math.min(...results.filter(({ kind }) => kind !== 'base rate').map(({ nll }) => nll));
      expect(chosen.nll).toBeGreaterThanOrEqual(least - 1e-12);
      flattered += Number(chosen.nll > least);
    }
    expect(flattered).toBeGreaterThan(5);
  });

  it('chooses where a part is too small to teach', async () => {
    const few = lists(30, (score) => sigmoid(score - 4), 5)
      .filter(({ labels }) => labels.includes(1))
      .slice(0, 3);
    const { chosen } = await compareCalibrators(few, { scale: cosineScale, folds: 3 });
    expect(chosen.nll).toBeGreaterThan(0);
  });

  it('lets others work however many queries there are', async () => {
    const given = lists(2000, sigmoid);
    // Of each of four kinds each list is answered, and so is each by the choice, and by what was tried within it.
    expect(await restsDuring(() => compareCalibrators(given, { scale: logitScale }))).toBeGreaterThan(5 * 2000);
  });

  it('refuses fewer queries than folds', async () => {
    const short = compareCalibrators(lists(3, sigmoid), { scale: cosineScale });
    await expect(short).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
  });
});
