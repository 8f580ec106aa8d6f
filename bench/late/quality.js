import { cosineScale, idSpace, paced, rankByScore } from '@sluice/core';
import { evaluate, Run } from '@sluice/evaluation';
import { lateInteraction } from '@sluice/rerankers';
import { flatIndex, late, lateIndexSteps, PseudoQueryIndex, pseudoQuery, pseudoQuerySteps } from '@sluice/retrievers';
import { rounded } from '../results.js';
import { knownEmbedder, meansOf, pooled, storeOf } from './forms.js';

const DEPTH = 100;
const TOP_K = 10;

/** nDCG@10 of ways to use the same token states, and bytes of memory a document. */
export async function measureQuality(data, { documents, queries: queryVectors }, limit) {
  const { qrels } = data;
  const queries = data.queries.filter(({ id }) => qrels.has(id)).slice(0, limit);
  const space = idSpace(data.documents.map(({ id }) => id));
  const texts = data.queries.map(({ text }) => text);
  const embedder = knownEmbedder(texts, queryVectors);
  const rows = [];
  const add = async (system, rankings, bytes) => {
    const run = Object.fromEntries(rankings.map(({ ids }, at) => [queries[at].id, byRank(ids.slice(0, TOP_K))]));
    const { summary } = await evaluate(qrels, Run.of(run), ['nDCG@10'], { queries: 'answered' });
    rows.push({ system, 'nDCG@10': rounded(summary['nDCG@10']), 'bytes a document': Math.round(bytes / space.size) });
    process.stderr.write(`${system}: ${rows.at(-1)['nDCG@10']}\n`);
  };

  const means = cosineRankings(data, queries, space);
  await add('cosine of means', means, documents.texts * documentWidth(data) * 4);
  const full = await storeOf(documents, 'float16');
  const reranked = lateInteraction({ embedder, store: full });
  const candidates = queries.map((query, at) => ({ query, ranking: means[at] }));
  await add(`MaxSim of its first ${DEPTH}`, await reranked.rerank(candidates), full.bytes);
  const retrieve = (index) => late({ index, embedder, space }).retrieve(queries, { topK: TOP_K });
  await add('MaxSim, float16', await retrieve(full), full.bytes);
  const index = await paced(lateIndexSteps(full, { recall: 0.95 }));
  await add('MaxSim, index asked for .95', await retrieve(index), index.bytes);
  const explanation = index.explain();
  index.close();
  for (const [factor, precision] of [
    [1, 'int8'],
    [2, 'float16'],
    [2, 'int8'],
    [4, 'int8'],
  ]) {
    const store = await storeOf(await pooled(documents, factor), precision);
    const name = factor === 1 ? precision : `pooled by ${factor}, ${precision}`;
    await add(`MaxSim, ${name}`, await retrieve(store), store.bytes);
    store.close();
  }
  for (const clusters of [1, 4, 8]) {
    const few = await paced(pseudoQuerySteps(data.documentStates, { clusters }));
    const own = new PseudoQueryIndex(flatIndex({ dimensions: few.vectors.columns, similarity: 'cosine' }));
    own.add(
      Uint32Array.from({ length: few.texts }, (_, at) => at),
      few,
    );
    const states = knownEmbedder(texts, data.queryStates);
    for (const temperature of clusters === 1 ? [1] : [1, 0.05]) {
      const retriever = pseudoQuery({ index: own, embedder: states, space, temperature });
      const rankings = await retriever.retrieve(queries, { topK: TOP_K });
      await add(`pseudo queries, k = ${clusters}, T = ${temperature}`, rankings, own.index.bytes);
    }
    own.index.close();
  }
  return { queries: queries.length, documents: documents.texts, vectors: documents.vectors.rows, explanation, rows };
}

function documentWidth({ documentStates }) {
  return documentStates.vectors.columns;
}

function cosineRankings(data, queries, space) {
  const index = flatIndex({ dimensions: documentWidth(data), similarity: 'cosine' });
  index.add(
    Uint32Array.from({ length: space.size }, (_, at) => at),
    meansOf(data.documentStates),
  );
  const all = meansOf(data.queryStates);
  const rankings = queries.map((query) => {
    const row = data.queries.indexOf(query);
    const { data: numbers, columns } = all;
    const one = { data: numbers.subarray(row * columns, (row + 1) * columns), rows: 1, columns };
    const { ordinals, scores } = index.search(one, { topK: DEPTH });
    return rankByScore({ space, ordinals, scores, scale: cosineScale });
  });
  index.close();
  return rankings;
}

function byRank(ids) {
  return Object.fromEntries(ids.map((id, at) => [id, ids.length - at]));
}
