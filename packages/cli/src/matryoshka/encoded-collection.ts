import {
  type CallOptions,
  type Document,
  type DocumentSpace,
  type Embedder,
  idSpace,
  type Matrix,
  type Similarity,
} from '@sluice/core';
import type { IdentifiedQuery, Qrels, TestCollection } from '@sluice/evaluation';

/** A judged collection whose texts have vectors, at the model's full width. */
export interface EncodedCollection {
  /** Row `r` of `documents` is ordinal `r`. */
  readonly space: DocumentSpace;
  readonly documents: Matrix;
  readonly queries: readonly IdentifiedQuery[];
  /** One row for each of `queries`. */
  readonly queryVectors: Matrix;
  readonly qrels: Qrels;
  readonly similarity: Similarity;
}

/** Reads the documents and the judged queries of a split, and encodes them. */
export async function encodedCollection(
  data: TestCollection,
  split: string,
  embedder: Embedder,
  call: CallOptions,
): Promise<EncodedCollection> {
  const [qrels, queries] = [await data.qrels(split, call), await data.queries(split, call)];
  const documents: Document[] = [];
  for await (const document of data.documents(call)) documents.push(document);
  return {
    space: idSpace(
      documents.map(({ id }) => id),
      data.name,
    ),
    documents: await embedder.encodeDocuments(documents, call),
    queries,
    queryVectors: await embedder.encodeQueries(
      queries.map(({ text }) => text),
      call,
    ),
    qrels,
    similarity: embedder.similarity,
  };
}
