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
import { zScoresOf } from '../list-moments.js';
import { fitTruncation } from '../truncation/fit-truncation.js';
import { fallingScores } from '../truncation/truncation-features.js';
import { stayScores } from '../truncation/truncation-model.js';
import type { CutoffMethod, JudgedList, KeepScores } from './cutoff-method.js';
import { unlessFalling } from './unless-falling.js';

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

const zScore = untrained('z-score', zScoresOf);

/** 1 above the largest fall, 0 below: it has no threshold to choose. */
const largestGap = untrained('largest gap', (dense) =>
  alongFalling(dense, (falling) => {
    let [after, greatest] = [falling.length - 1, 0];
    for (let at = 0; at + 1 < falling.length; at++) {
      const fall = (falling[at] ?? 0) - (falling[at + 1] ?? 0);
      if (fall > greatest) [after, greatest] = [at, fall];
    }
    return falling.map((_, at) => (at <= after ? 1 : 0));
  }),
);

/** What is said of scores best first, at the places where they stand: a pipeline's order may be another. */
function alongFalling(scores: Float32Array, say: (falling: Float32Array) => Float32Array): Float32Array {
  const { falling, order } = fallingScores(scores);
  const said = say(falling);
  const placed = new Float32Array(scores.length);
  for (const [place, at] of order.entries()) placed[at] = said[place] ?? 0;
  return placed;
}

/**
 * The share of the list's expected relevant results that is not above the candidate; where larger scores do not mean more
 * relevant, as may be behind a reranker, all candidates are as likely.
 */
const topP: CutoffMethod = {
  name: 'top-p',
  async fit(lists, options) {
    const calibrator = await unlessFalling(fitPlatt(densePairs(lists), options));
    return ({ dense }) =>
      alongFalling(dense, (falling) => {
        const probabilities = calibrator?.probabilities(falling) ?? falling.map(() => 1);
        const all = probabilities.reduce((sum, probability) => sum + probability, 0);
        let above = 0;
        return probabilities.map((probability) => {
          const left = 1 - above / all;
          above += probability;
          return left;
        });
      });
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

/** One threshold on the scores of the pipeline that found the candidates: those of a cross-encoder, say. */
const pipelineScore: CutoffMethod = { name: 'pipeline score', fit: () => ownScores };

/** A list adapter that reads those in place of the dense source's. */
const pipelineListAdapter: CutoffMethod = {
  name: 'list adapter, pipeline',
  async fit(lists, options) {
    const read = (list: JudgedList) => ({ dense: ownScores(list), lexical: list.lexical, labels: list.labels });
    const keep = await listScores(lists.map(read), options);
    return (list, call) => keep({ ...list, ...read(list) }, call);
  },
};

function ownScores({ own = new Float32Array(0) }: JudgedList): Float32Array {
  return own;
}

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
 * it, with query vectors the Cosine Adapter, and with a pipeline's own scores a threshold on those and a list adapter.
 */
export function cutoffMethods(lists: readonly JudgedList[]): CutoffMethod[] {
  const lexical = lists.every((list) => list.lexical !== undefined);
  const vectors = lists.every((list) => list.queryVector !== undefined);
  const shipped = fixedListAdapter('list adapter, shipped', pretrainedListAdapter(lexical ? 'lexical' : 'dense-only'));
  const piped = lists.every((list) => list.own !== undefined);
  const always = [threshold, shareOfTop, zScore, largestGap, topP, truncation, adaptiveKnn, shipped, denseListAdapter];
  return [
    ...always,
    ...(lexical ? [listAdapter] : []),
    ...(vectors ? [cosineAdapter] : []),
    ...(piped ? [pipelineScore, pipelineListAdapter] : []),
  ];
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
