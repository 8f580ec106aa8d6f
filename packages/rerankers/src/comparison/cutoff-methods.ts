import { type PooledScores, poolLists } from '@sluice/evaluation';
import { fitKnnFilter } from '../adaptive-knn/fit-knn-filter.js';
import { neighboursOf } from '../adaptive-knn/knn-filter-model.js';
import { knnPredictions } from '../adaptive-knn/knn-predictions.js';
import type { FitOptions } from '../calibration/calibrator.js';
import { fitPlatt } from '../calibration/platt.js';
import type { AdapterData } from '../cosine-adapter/adapter-data.js';
import { adapterScores } from '../cosine-adapter/adapter-scores.js';
import type { CosineAdapterModel } from '../cosine-adapter/cosine-adapter-model.js';
import { trainCosineAdapter } from '../cosine-adapter/train-cosine-adapter.js';
import { fitListAdapter } from '../list-adapter/fit-list-adapter.js';
import type { LabelledList } from '../list-adapter/judged-features.js';
import { candidateLogits, type ListAdapterModel } from '../list-adapter/list-adapter-model.js';
import { pretrainedListAdapter } from '../list-adapter/pretrained-list-adapter.js';
import { fitTruncation } from '../truncation/fit-truncation.js';
import { stayScores } from '../truncation/truncation-model.js';
import type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';

/** A method that learns nothing. */
function untrained(name: string, scores: (dense: Float32Array) => Float32Array): CutoffMethod {
  return {
    name,
    fit:
      () =>
      ({ dense }) =>
        scores(dense),
  };
}

const threshold = untrained('score', (dense) => dense);

/** Where the top is below 0 it reads backwards, as the baseline of the source does. */
const shareOfTop = untrained('share of top', (dense) => {
  const top = dense.reduce((greatest, score) => Math.max(greatest, score), Number.NEGATIVE_INFINITY);
  return dense.map((score) => (top === 0 ? score : score / top));
});

const zScore = untrained('z-score', (dense) => {
  const mean = dense.reduce((sum, score) => sum + score, 0) / dense.length;
  const deviation = Math.sqrt(dense.reduce((sum, score) => sum + (score - mean) ** 2, 0) / dense.length);
  return dense.map((score) => (deviation === 0 ? 0 : (score - mean) / deviation));
});

/** 1 above the largest fall, 0 below: it has no threshold to choose. */
const largestGap = untrained('largest gap', (dense) => {
  let [after, greatest] = [dense.length - 1, 0];
  for (let at = 0; at + 1 < dense.length; at++) {
    const fall = (dense[at] ?? 0) - (dense[at + 1] ?? 0);
    if (fall > greatest) [after, greatest] = [at, fall];
  }
  return dense.map((_, at) => (at <= after ? 1 : 0));
});

/** The share of the list's expected relevant results that is not above the candidate. */
const topP: CutoffMethod = {
  name: 'top-p',
  async fit(lists, options) {
    const calibrator = await fitPlatt(densePairs(lists), options);
    return ({ dense }) => {
      const probabilities = calibrator.probabilities(dense);
      const all = probabilities.reduce((sum, probability) => sum + probability, 0);
      let above = 0;
      return probabilities.map((probability) => {
        const left = 1 - above / all;
        above += probability;
        return left;
      });
    };
  },
};

/** A cut learnt over the list as a whole, after Choppy. */
const truncation: CutoffMethod = {
  name: 'truncation',
  async fit(lists, { signal }) {
    const stays = stayScores(await fitTruncation(lists, signal ? { signal } : {}));
    return ({ dense }) => stays(dense);
  },
};

/**
 * How often a candidate's neighbours are right where they say that it is relevant, from 0 up, and where they say that it is
 * not, from 0 down: a threshold below 0 is the `confidence` of `knnFilter`, with its sign turned. One above 0 also drops
 * what unsure neighbours say is relevant, which that filter never does.
 */
const adaptiveKnn: CutoffMethod = {
  name: 'adaptive kNN',
  async fit(lists, { signal }) {
    const model = await fitKnnFilter(lists, signal ? { signal } : {});
    const knn = await neighboursOf(model, { signal });
    return async (list, call) => {
      const found = await knnPredictions(knn, model, list, call.signal);
      return Float32Array.from(found, ({ label, expectedAccuracy }) =>
        label === 1 ? expectedAccuracy : -expectedAccuracy,
      );
    };
  },
};

/** A list adapter as it is, which learns nothing from the lists: the one that ships, or one of another collection. */
export function fixedListAdapter(name: string, model: ListAdapterModel): CutoffMethod {
  return { name, fit: () => (list) => candidateLogits(model, list) };
}

/** A Cosine Adapter as it is, over the queries' vectors. */
export function fixedCosineAdapter(name: string, model: CosineAdapterModel): CutoffMethod {
  return { name, fit: () => (list) => adapterScores(model, adapterData([list])) };
}

const denseListAdapter: CutoffMethod = {
  name: 'list adapter, dense',
  fit: (lists, options) =>
    listScores(
      lists.map(({ dense, labels }) => ({ dense, labels })),
      options,
    ),
};

const listAdapter: CutoffMethod = { name: 'list adapter', fit: listScores };

/** The paper's adapter, over the queries' vectors. */
const cosineAdapter: CutoffMethod = {
  name: 'cosine adapter',
  async fit(lists, { signal }) {
    const { model } = await trainCosineAdapter(adapterData(lists), signal ? { signal } : {});
    return (list) => adapterScores(model, adapterData([list]));
  },
};

/**
 * Every way that the lists allow: those that read one score list, with a lexical source also the list adapter that reads
 * it, and with query vectors the Cosine Adapter.
 */
export function cutoffMethods(lists: readonly JudgedList[]): CutoffMethod[] {
  const lexical = lists.every((list) => list.lexical !== undefined);
  const vectors = lists.every((list) => list.queryVector !== undefined);
  const shipped = fixedListAdapter('list adapter, shipped', pretrainedListAdapter(lexical ? 'lexical' : 'dense-only'));
  const always = [threshold, shareOfTop, zScore, largestGap, topP, truncation, adaptiveKnn, shipped, denseListAdapter];
  return [...always, ...(lexical ? [listAdapter] : []), ...(vectors ? [cosineAdapter] : [])];
}

async function listScores(lists: readonly LabelledList[], options: FitOptions): Promise<KeepScores> {
  const model = await fitListAdapter(lists, options);
  return (list) => candidateLogits(model, list);
}

/** Judged lists in the columns that the Cosine Adapter learns from; each has a query vector. */
export function adapterData(lists: readonly JudgedList[]): AdapterData {
  const columns = lists[0]?.queryVector?.length ?? 0;
  const data = new Float32Array(lists.length * columns);
  for (const [at, { queryVector }] of lists.entries()) data.set(queryVector ?? [], at * columns);
  const { scores: cosines, labels, offsets } = densePairs(lists);
  return { queries: { data, rows: lists.length, columns }, offsets, cosines, labels };
}

function densePairs(lists: readonly JudgedList[]): PooledScores {
  return poolLists(lists.map(({ dense, labels }) => ({ scores: dense, labels })));
}
