import { rankingWith, restsDuring, seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { fitKnnFilter } from '../adaptive-knn/fit-knn-filter.js';
import { knnFilter } from '../adaptive-knn/knn-filter.js';
import { compareCutoffs } from './compare-cutoffs.js';
import type { CutoffMethod, JudgedList } from './cutoff-method.js';
import { cutoffMethods } from './cutoff-methods.js';

const DEPTH = 20;
const RELEVANT = 3;

/** Lists whose relevant candidates stand out by `signal`, each list shifted by up to `shift` as a whole. */
function lists(count: number, { shift = 0, signal = 1, seed = 1 } = {}): JudgedList[] {
  const draw = seededNormal(seed);
  return Array.from({ length: count }, () => {
    const offset = shift * draw();
    const rows = Array.from({ length: DEPTH }, (_, at) => {
      const label = at < RELEVANT ? 1 : 0;
      return { label, score: offset + signal * label + 0.3 * draw() };
    }).sort((left, right) => right.score - left.score);
    return {
      dense: Float32Array.from(rows, ({ score }) => score),
      labels: Uint8Array.from(rows, ({ label }) => label),
      judged: RELEVANT + 1,
    };
  });
}

const knowing: CutoffMethod = {
  name: 'knowing',
  fit: () => (list) => Float32Array.from(list.labels),
};

/** What the named ways did, by their names. */
const results = async (given: readonly JudgedList[], names: readonly string[], options = {}) => {
  const methods = cutoffMethods(given).filter(({ name }) => names.includes(name));
  return new Map((await compareCutoffs(given, { methods, ...options })).map((result) => [result.method, result]));
};

describe('compareCutoffs', () => {
  it('shows a method that knows everything as perfect, down to what retrieval missed', async () => {
    const [result] = await compareCutoffs(lists(30), { methods: [knowing] });
    expect(result).toMatchObject({
      prAuc: 1,
      interval: { low: 1, high: 1 },
      recall: 1,
      precision: 1,
      empty: 0,
      mrr: 1,
    });
    expect(result?.recallOfJudged).toBeCloseTo(RELEVANT / (RELEVANT + 1), 12);
    expect(result?.dropped).toBeCloseTo(1 - RELEVANT / DEPTH, 12);
    expect(result?.curve.at(-1)).toEqual({ recall: 1, precision: RELEVANT / DEPTH });
  });

  it('prefers what reads the list where lists are shifted, and one threshold where they are not', async () => {
    const shifted = await results(lists(100, { shift: 2 }), ['score', 'z-score', 'list adapter, dense']);
    expect(shifted.get('z-score')?.prAuc).toBeGreaterThan(1.5 * (shifted.get('score')?.prAuc ?? 1));
    expect(shifted.get('list adapter, dense')?.prAuc).toBeGreaterThan(1.5 * (shifted.get('score')?.prAuc ?? 1));
    const level = await results(lists(100), ['score']);
    expect(level.get('score')?.prAuc).toBeGreaterThan(0.95);
  });

  it('keeps about the asked share of the relevant candidates of queries that it has not seen', async () => {
    const names = ['score', 'z-score', 'list adapter, dense'];
    for (const targetRecall of [0.5, 0.8, 0.95]) {
      const found = await results(lists(200, { signal: 0.4 }), names, { targetRecall });
      for (const name of names) {
        expect(Math.abs((found.get(name)?.recall ?? 0) - targetRecall)).toBeLessThan(0.05);
      }
    }
  });

  it('judges no query by what learnt from it or chose its threshold', async () => {
    const given = lists(12);
    const seen: { learnt: ReadonlySet<JudgedList>; asked: JudgedList[] }[] = [];
    const watching: CutoffMethod = {
      name: 'watching',
      fit(learnt) {
        const record = { learnt: new Set(learnt), asked: [] as JudgedList[] };
        seen.push(record);
        return (list) => {
          record.asked.push(list);
          return list.dense;
        };
      },
    };
    await compareCutoffs(given, { methods: [watching], folds: 4 });
    expect(seen).toHaveLength(4);
    for (const { learnt, asked } of seen) {
      expect(learnt.size).toBe(6);
      // Three choose the threshold, the other three are judged, each also without its relevant candidates.
      expect(new Set(asked).size).toBe(9);
      expect(asked.some((list) => learnt.has(list))).toBe(false);
    }
    const judged = seen.flatMap(({ asked }) => asked.slice(3).filter((list) => given.includes(list)));
    expect(new Set(judged)).toEqual(new Set(given));
  });

  it('counts queries without candidates as empty answers', async () => {
    const nothing = { dense: new Float32Array(0), labels: new Uint8Array(0), judged: 2 };
    const [result] = await compareCutoffs([...lists(10), ...Array(10).fill(nothing)], { methods: [knowing] });
    expect(result).toMatchObject({ empty: 0.5, mrr: 0.5, recall: 1 });
    expect(result?.recallOfJudged).toBeCloseTo(30 / 60, 12);
  });

  it('is the same for the same seed', async () => {
    const given = lists(20);
    expect(await compareCutoffs(given, { seed: 7 })).toEqual(await compareCutoffs(given, { seed: 7 }));
  });

  it('lets others work however many queries there are, and ends with the signal', async () => {
    const given = lists(800);
    const methods = cutoffMethods(given).filter(({ name }) => name === 'score' || name === 'top-p');
    const rests = await restsDuring(() => compareCutoffs(given, { methods }));
    // For each method every list chooses a threshold, is answered and is counted, and the interval takes 500 rounds.
    expect(rests).toBeGreaterThan(2 * (3 * 800 + 500));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(compareCutoffs(given, { methods, signal })).rejects.toThrow('enough');
  });

  it('refuses fewer queries than folds', async () => {
    await expect(compareCutoffs(lists(4))).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
    await expect(compareCutoffs(lists(9), { folds: 2 })).rejects.toMatchObject({ path: 'folds' });
  });
});

it('offers what the lists allow', () => {
  const plain = lists(2);
  const lexical = plain.map((list) => ({ ...list, lexical: list.dense.map(Math.abs) }));
  const encoded = lexical.map((list) => ({ ...list, queryVector: Float32Array.of(1, 0) }));
  const names = (given: readonly JudgedList[]) => cutoffMethods(given).map(({ name }) => name);
  expect(names(plain)).not.toContain('list adapter');
  expect(names(lexical)).toContain('list adapter');
  expect(names(encoded)).toEqual([...names(lexical), 'cosine adapter']);
  const piped = encoded.map((list) => ({ ...list, own: list.dense }));
  expect(names(piped)).toEqual([...names(encoded), 'pipeline score', 'list adapter, pipeline']);
});

describe('lists that a pipeline found', () => {
  const draw = seededNormal(11);
  /** As they are, with a pipeline's scores in their order that know what is relevant better. */
  const found = lists(40, { signal: 0.2 }).map((list) => {
    const own = list.dense.map((_, at) => 4 * (list.labels[at] ?? 0) + draw());
    const order = [...own.keys()].sort((left, right) => (own[right] ?? 0) - (own[left] ?? 0));
    const ordered = (values: Float32Array) => Float32Array.from(order, (at) => values[at] ?? 0);
    const labels = Uint8Array.from(order, (at) => list.labels[at] ?? 0);
    return { list, piped: { ...list, labels, dense: ordered(list.dense), own: ordered(own) }, order };
  });

  it('are cut by the scores of the pipeline, too', async () => {
    const names = ['score', 'pipeline score', 'list adapter, pipeline'];
    const given = found.map(({ piped }) => piped);
    const [raw, own, adapted] = [...(await results(given, names)).values()];
    expect(own?.prAuc).toBeGreaterThan(0.95);
    expect(adapted?.prAuc).toBeGreaterThan(0.95);
    expect(own?.answerable).toBeGreaterThan(0.95);
    expect(raw?.prAuc).toBeLessThan(0.5);
    // The ranks are those of the pipeline.
    expect(own?.mrr).toBeGreaterThan(0.9);
  });

  it('are compared by every way though larger dense scores mean less relevant', async () => {
    const turned = found.map(({ piped }) => ({ ...piped, dense: piped.dense.map((score) => -score) }));
    const encoded = turned.map((list) => ({ ...list, queryVector: Float32Array.from({ length: 4 }, draw) }));
    const compared = await compareCutoffs(encoded, { folds: 3 });
    expect(compared.map(({ method }) => method)).toEqual(cutoffMethods(encoded).map(({ name }) => name));
    for (const { prAuc } of compared) expect(prAuc).toBeGreaterThan(0);
  });

  it('give every other way the numbers that the same candidates have in the order of their dense scores', async () => {
    const taught = lists(30, { signal: 0.2, seed: 3 });
    for (const method of cutoffMethods(taught)) {
      const keep = await method.fit(taught, {});
      for (const { list, piped, order } of found.slice(0, 5)) {
        const [plain, moved] = [await keep(list, {}), await keep(piped, {})];
        for (const [place, at] of order.entries()) expect(moved[place]).toBeCloseTo(plain[at] ?? Number.NaN, 4);
      }
    }
  });
});

describe('adaptive kNN', () => {
  it.each([false, true])(
    'cuts where knnFilter does at the confidence of its threshold, with words: %s',
    async (words) => {
      const [taught, asked] = [lists(30), lists(20, { signal: 0.3, seed: 9 })].map((given) =>
        given.map((list) => (words ? { ...list, lexical: list.dense.map((score) => Math.abs(score)) } : list)),
      );
      const model = await fitKnnFilter(taught ?? []);
      const method = cutoffMethods(taught ?? []).find(({ name }) => name === 'adaptive kNN') ?? expect.fail('no row');
      const keep = await method.fit(taught ?? [], {});
      let dropped = 0;
      for (const list of asked ?? []) {
        const scores = await keep(list, {});
        const ids = [...list.dense.keys()].map((at) => `d${at}`);
        const { dense, lexical } = list;
        const ranking = rankingWith({ ids, dense: [...dense], ...(lexical && { bm25: [...lexical] }) });
        for (const confidence of [0.6, 0.9, 0.97]) {
          const [kept] = await knnFilter(model, { confidence }).select([{ query: { text: 'q' }, ranking }]);
          expect(kept?.ids).toEqual(ids.filter((_, at) => (scores[at] ?? 0) > -Math.fround(confidence)));
          dropped += ids.length - (kept?.length ?? 0);
        }
      }
      expect(dropped).toBeGreaterThan(0);
    },
  );

  it('gives up the event loop while neighbours are asked, and ends with the signal', async () => {
    const given = lists(12);
    const methods = cutoffMethods(given).filter(({ name }) => name === 'adaptive kNN');
    // Searches of eight candidates each, three for a list: of what chooses, and of what is judged with and without the relevant.
    const rests = await restsDuring(() => compareCutoffs(given, { methods, folds: 3 }));
    expect(rests).toBeGreaterThan(3 * (3 * 12));
    const ends = new AbortController();
    const keep = await methods[0]?.fit(given, {});
    ends.abort(new Error('enough'));
    await expect(async () => keep?.(given[0] ?? expect.fail('a list'), ends)).rejects.toThrow('enough');
  });
});

it('runs every method', async () => {
  const draw = seededNormal(5);
  const given = lists(25, { shift: 0.5 }).map((list) => {
    const lexical = list.dense.map((_, at) => Math.abs(draw()) + (list.labels[at] ?? 0));
    return { ...list, lexical, queryVector: Float32Array.from({ length: 4 }, draw) };
  });
  for (const { prAuc, interval, precision } of await compareCutoffs(given)) {
    expect(prAuc).toBeGreaterThan(RELEVANT / DEPTH);
    expect(interval.low).toBeLessThanOrEqual(prAuc);
    expect(interval.high).toBeGreaterThanOrEqual(prAuc);
    expect(precision).toBeGreaterThan(0);
  }
});
