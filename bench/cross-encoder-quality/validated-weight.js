import { seededRandom, shuffled } from '@sluice/core';
import { experiment } from '@sluice/evaluation';
import { judgementsOf } from './judgements-of.js';
import { bestShare, pipelinesByShare, shareTable } from './shares.js';

/** Questions that no table measures, of the collections that have some beside their test questions. */
export const VALIDATION = [
  { name: 'scifact', split: 'train' },
  { name: 'cosqa-code', split: 'dev' },
];
const MEASURE = 'nDCG@10';

/** Some of a split's judged questions, drawn with a seed, and their judgements. */
export async function drawnQueries(data, split, most, seed = 6) {
  const [all, qrels] = [await data.queries(split), await data.qrels(split)];
  const judged = all.filter(({ id }) => qrels.of(id) !== undefined);
  const queries = Array.from(shuffled(judged.length, seededRandom(seed)).subarray(0, most), (at) => judged[at]);
  return { queries, qrels: judgementsOf(qrels, queries), allQrels: qrels };
}

/**
 * nDCG@10 on validation questions for each share of the reranker, and the best share; 0 where the source alone is best.
 *
 * @param withSource `(name, work) => work({ data, source })`: a judged collection and the pipeline that is reranked
 */
export async function validatedWeight(withSource, reranker, { most, depth }) {
  const scores = [];
  for (const { name, split } of VALIDATION) {
    await withSource(name, async ({ data, source }) => {
      const { queries, qrels } = await drawnQueries(data, split, most);
      const { systems } = await experiment({
        pipelines: Object.fromEntries(pipelinesByShare(source, reranker, depth)),
        ...{ queries, qrels, measures: [MEASURE], topK: 10, timedQueries: 0 },
      });
      scores.push(new Map(systems.map((system) => [Number(system.name), system.summary[MEASURE]])));
    });
  }
  const named = VALIDATION.map(({ name, split }, at) => [`${name}, ${split}`, scores[at]]);
  return { weight: bestShare(scores), rows: shareTable(named, 'weight') };
}
