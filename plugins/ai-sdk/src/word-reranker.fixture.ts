import type { Reranker } from '@sluice/core';
import { textReranker } from '@sluice/rerankers';

/** Share of a query's words that a document has. */
export function wordShare(query: string, document: string): number {
  const words = query.split(/\W+/).filter(Boolean);
  const found = words.filter((word) => document.includes(word));
  return words.length === 0 ? 0 : found.length / words.length;
}

/** The simplest reranker that reads texts. */
export function wordReranker(): Reranker {
  return textReranker({
    owner: 'wordReranker',
    name: 'words',
    scores: 'relevance',
    maxDocuments: 100,
    concurrency: 1,
    score: async (query, documents) =>
      documents.map((document, index) => ({ index, score: wordShare(query, document) })),
  });
}
