import { seededRandom, shuffled } from '@sluice/core';
import { experiment } from '@sluice/evaluation';
import { rerankFused } from 'sluice';
import { rounded } from '../results.js';
import { judgementsOf } from './judgements-of.js';

/** Questions that no table measures, of the collections that have some beside their test questions. */
export const VALIDATION = [
  { name: 'scifact', split: 'train' },
  { name: 'cosqa-code', split: 'dev' },
];
const MEASURE = 'nDCG@10';
/** Shares of the reranker that are tried. */
const WEIGHTS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

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
  const rows = [];
  for (const { name, split } of VALIDATION) {
    await withSource(name, async ({ data, source }) => {
      const { queries, qrels } = await drawnQueries(data, split, most);
      const fused = WEIGHTS.map((weight) => [`${weight}`, rerankFused(source, reranker, { depth, weight })]);
      const { systems } = await experiment({
        pipelines: { 0: source, ...Object.fromEntries(fused) },
        ...{ queries, qrels, measures: [MEASURE], topK: 10, timedQueries: 0 },
      });
      for (const { name: weight, summary } of systems) {
        const row = rows.find((each) => each.weight === Number(weight)) ?? { weight: Number(weight) };
        if (!rows.includes(row)) rows.push(row);
        row[`${name}, ${split}`] = rounded(summary[MEASURE], 4);
      }
    });
  }
  for (const row of rows) row.mean = rounded(meanOf(Object.entries(row)), 4);
  const best = rows.reduce((top, row) => (row.mean > top.mean ? row : top));
  return { weight: best.weight, rows };
}

function meanOf(entries) {
  const values = entries.filter(([column]) => column !== 'weight').map(([, value]) => value);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
