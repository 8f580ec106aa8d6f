import { rerankFused } from 'sluice';
import { rounded } from '../results.js';

/** Shares of the reranker that are tried; 0 is the source alone, 1 the reranker alone. */
export const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** The source with one share of the reranker. */
export function atShare(source, reranker, depth, share) {
  return share === 0 ? source : rerankFused(source, reranker, { depth, weight: share });
}

/** The source with each share of the reranker, by the share. */
export function pipelinesByShare(source, reranker, depth) {
  return new Map(SHARES.map((share) => [share, atShare(source, reranker, depth, share)]));
}

/**
 * A row a share: its score on each collection, and their mean.
 *
 * @param {[string, Map<number, number>][]} collections name, and scores by the share
 * @param {string} column of the share
 */
export function shareTable(collections, column = 'share') {
  return SHARES.map((share) => {
    const scores = collections.map(([name, byShare]) => [name, byShare.get(share)]);
    const mean = scores.reduce((sum, [, score]) => sum + score, 0) / scores.length;
    const columns = [...scores, ['mean', mean]].map(([name, score]) => [name, rounded(score, 4)]);
    return { [column]: share, ...Object.fromEntries(columns) };
  });
}

/**
 * The share whose mean over the collections is the best; the smaller of equals.
 *
 * @param {Map<number, number>[]} scores of each collection, by the share
 */
export function bestShare(scores) {
  const total = (share) => scores.reduce((sum, byShare) => sum + byShare.get(share), 0);
  return SHARES.reduce((best, share) => (total(share) > total(best) ? share : best));
}

/** For each collection, the share that all the others would choose; undefined where there are no others. */
export function sharesOfOthers(scores) {
  return scores.map((_, at) => {
    const others = scores.filter((_, other) => other !== at);
    return others.length > 0 ? bestShare(others) : undefined;
  });
}
