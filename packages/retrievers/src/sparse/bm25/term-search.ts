import {
  type Bitmap,
  bm25Scale,
  type CallOptions,
  type DocumentSpace,
  FingerprintMismatchError,
  mapInSlices,
  type Query,
  Ranking,
  type RetrieveOptions,
} from '@sluice/core';
import { checkedRetrieval } from '../../checked-retrieval.js';
import { expectCovered, expectSpace } from '../../expect-space.js';
import type { BitmapOf } from '../../resolve-filter.js';
import type { Analyzer } from '../analysis/analyzer.js';
import type { ScoredOrdinals } from '../top-documents.js';
import type { TermRetriever } from './term-retriever.js';
import type { TermWeights } from './term-weights.js';

/** What searches one index for queries that are read already. */
export interface TermSearcher<Read> {
  search(query: Read, topK: number, filter?: Bitmap): ScoredOrdinals;
  /** In the order of `ordinals`. */
  score(query: Read, ordinals: Uint32Array): Float32Array;
}

/** What a {@link TermRetriever} searches with. */
export interface TermSearch<Read> {
  readonly name: string;
  readonly space: DocumentSpace;
  readonly searcher: TermSearcher<Read>;
  readonly bitmapOf: BitmapOf | undefined;
  readonly readText: (query: Query) => Read;
  /** @throws {InvalidInputError} a weight is out of range */
  readonly readWeights: (query: TermWeights) => Read;
}

/** The searching half of a {@link TermRetriever}; queries share the thread in slices. */
export function termSearch<Read>({
  name,
  space,
  searcher,
  bitmapOf,
  readText,
  readWeights,
}: TermSearch<Read>): Pick<TermRetriever, 'retrieve' | 'score' | 'retrieveTerms' | 'scoreTerms'> {
  const searchAll = async <Asked>(
    queries: readonly Asked[],
    read: (query: Asked) => Read,
    call: RetrieveOptions,
  ): Promise<Ranking[]> => {
    const { topK, filter } = await checkedRetrieval(name, call, bitmapOf);
    const searchOne = (query: Asked): Ranking =>
      new Ranking({ space, scale: bm25Scale, ...searcher.search(read(query), topK, filter) });
    return mapInSlices(queries, searchOne, { signal: call.signal });
  };

  const scoreAll = async <Asked>(
    queries: readonly Asked[],
    read: (query: Asked) => Read,
    rankings: readonly Ranking[],
    { signal }: CallOptions = {},
  ): Promise<Float32Array[]> => {
    signal?.throwIfAborted();
    expectSpace(space, rankings);
    const scoreOne = (query: Asked, at: number): Float32Array =>
      searcher.score(read(query), rankings[at]?.ordinals ?? new Uint32Array(0));
    return mapInSlices(queries, scoreOne, { signal });
  };

  return {
    retrieve: (queries, call) => searchAll(queries, readText, call),
    score: (queries, rankings, call) => scoreAll(queries, readText, rankings, call),
    retrieveTerms: (queries, call) => searchAll(queries, readWeights, call),
    scoreTerms: (queries, rankings, call) => scoreAll(queries, readWeights, rankings, call),
  };
}

/**
 * @throws {FingerprintMismatchError} another analyzer filled the index
 * @throws {InvalidOptionsError} the index has ordinals that the space lacks
 */
export function expectTermIndex(
  owner: string,
  index: { readonly analyzerFingerprint: string; readonly size: number },
  { space, analyzer }: { readonly space: DocumentSpace; readonly analyzer: Analyzer },
): void {
  if (analyzer.fingerprint !== index.analyzerFingerprint) {
    throw new FingerprintMismatchError({ indexed: index.analyzerFingerprint, loaded: analyzer.fingerprint });
  }
  expectCovered(owner, index, space);
}
