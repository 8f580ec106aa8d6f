import { openBeir } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { indexDocuments, openCollection, openModel } from 'sluice';
import { shared } from '../collections.js';

/** Candidates of each query: the depth that the list adapter learns from. */
export const DEPTH = 100;

/**
 * Each judged query's first candidates by the dense source, with BM25 scores, labels and the query's vector; and the
 * candidates' ids, for what knows them.
 *
 * @param source documents, queries with ids, `isRelevant(queryId, documentId)` and `judged(queryId)`
 */
export async function candidateLists({ documents, queries, isRelevant, judged }, modelName, cache) {
  const { embedder } = await openModel(modelName, modelName === 'static' ? {} : { cache });
  const directory = memoryDirectory();
  await indexDocuments(documents, directory, { embedder });
  const collection = await openCollection(directory, { embedder });
  try {
    const { dense, bm25 } = collection.sources;
    const rankings = await dense.retrieve(queries, { topK: DEPTH });
    const lexical = await bm25.score(queries, rankings);
    const vectors = await dense.encodeQueries(queries);
    return queries.map(({ id }, at) => ({
      id,
      ids: rankings[at].ids,
      dense: rankings[at].scores,
      lexical: lexical[at],
      labels: Uint8Array.from(rankings[at].ids, (document) => Number(isRelevant(id, document))),
      judged: judged(id),
      queryVector: vectors[at],
    }));
  } finally {
    await collection.close();
    await embedder.close?.();
  }
}

/** The source of a judged collection's test queries. */
export async function judgedSource(name) {
  const beir = await openBeir(`${shared}/data/beir/${name}`);
  const [all, qrels] = [await beir.queries('test'), await beir.qrels('test')];
  return {
    documents: beir.documents(),
    queries: all.filter(({ id }) => qrels.of(id) !== undefined),
    isRelevant: (query, document) => (qrels.grade(query, document) ?? 0) > 0,
    judged: (query) => qrels.of(query).grades.filter((grade) => grade > 0).length,
  };
}

/** The source of a training pool. */
export function poolSource({ documents, queries, relevant }) {
  return {
    documents,
    queries,
    isRelevant: (query, document) => relevant.get(query).has(document),
    judged: (query) => relevant.get(query).size,
  };
}
