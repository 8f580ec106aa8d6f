import type { ListAdapterModel } from './list-adapter-model.js';

const LEXICAL: ListAdapterModel = {
  sources: 'lexical',
  weights: [0, 0.67764, 0, -0.16661, 3.2241, 5.3421, -5.3252, 0.12633, 5.7713],
  intercept: -6.8271,
  depth: 100,
  threshold: -5.2451,
};

const DENSE_ONLY: ListAdapterModel = {
  sources: 'dense-only',
  weights: [1.5496, 1.1736, -3.9843, -0.27084, 3.7963, 12.8455, -4.5074],
  intercept: -5.0756,
  depth: 100,
  threshold: -6.696,
};

/**
 * The list adapter that ships: what to begin with where nothing is judged, and what `refineListAdapter` starts from.
 *
 * It learnt from the first 100 candidates of 1,260 training questions in eight pools of passages (encyclopedia, health,
 * research papers, questions and answers), found with a model that ships, under licences that allow it; no judged
 * collection had a part in it. Its threshold kept 95 % of the relevant candidates of other questions of the same pools;
 * on a collection of your own it may keep .7 or 1, and its logits are not probabilities there until they are calibrated.
 * `pnpm bench list-adapter` fits it again and `pnpm bench relevance` measures it on judged collections.
 *
 * @param sources `dense-only` where there is no BM25
 * @example pipeline(collection.pipeline('hybrid'), relevance(listAdapter(pretrainedListAdapter()), { depth: 100 }))
 */
export function pretrainedListAdapter(sources: ListAdapterModel['sources'] = 'lexical'): ListAdapterModel {
  return sources === 'lexical' ? LEXICAL : DENSE_ONLY;
}
