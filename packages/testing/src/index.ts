export { type CandidateShape, candidateLists, randomCandidates } from './candidates/random-candidates.js';
export type { StageKitOptions } from './candidates/stage-checks.js';
export { readBytes, replaceBytes, writeBytes } from './directory/file-bytes.js';
export { type DirectoryFactory, directoryChecks, testDirectory } from './directory/test-directory.js';
export type { EmbedderFactory, EmbedderKitOptions } from './embedder/embedder-subject.js';
export { type HashedEmbedderOptions, hashedEmbedder } from './embedder/hashed-embedder.js';
export { embedderChecks, testEmbedder } from './embedder/test-embedder.js';
export { sourceRankings } from './fusion/source-rankings.js';
export { type FusionFactory, fusionChecks, testFusion } from './fusion/test-fusion.js';
export type { Check, KitOptions, Skip } from './kit/check.js';
export { forAll } from './kit/property.js';
export { expectRefusal, expectRejection, type Refusal } from './kit/refusal.js';
export { restsDuring } from './kit/rests-during.js';
export { failedChecks, runChecks, unknownSkips } from './kit/run-checks.js';
export { seededNormal } from './kit/seeded-normal.js';
export {
  type MultiVectorEmbedderFactory,
  type MultiVectorEmbedderKitOptions,
  multiVectorEmbedderChecks,
  testMultiVectorEmbedder,
} from './multi-vector-embedder/test-multi-vector-embedder.js';
export { wordVectors } from './multi-vector-embedder/word-vectors.js';
export { expectEqualRankings, expectSoundRanking, type RankingExpectation } from './ranking/expect-rankings.js';
export { type RankingSketch, rankingWith } from './ranking/ranking-with.js';
export {
  type RelevanceFilterFactory,
  relevanceFilterChecks,
  testRelevanceFilter,
} from './relevance-filter/test-relevance-filter.js';
export { columnReranker } from './reranker/column-reranker.js';
export { type RerankerFactory, rerankerChecks, testReranker } from './reranker/test-reranker.js';
export { type Corpus, corpora, hardTexts, smallCorpus } from './retriever/corpora.js';
export type { RetrieverFactory, RetrieverKitOptions } from './retriever/retriever-subject.js';
export { type ScoringRetrieverOptions, scoringRetriever } from './retriever/scoring-retriever.js';
export { retrieverChecks, testRetriever } from './retriever/test-retriever.js';
export {
  type SparseEmbedderFactory,
  type SparseEmbedderKitOptions,
  sparseEmbedderChecks,
  testSparseEmbedder,
} from './sparse-embedder/test-sparse-embedder.js';
export { exactIndex, loadExactIndex, scoreOf, type VectorIndexShape } from './vector-index/exact-index.js';
export { type NeighbourList, neighboursOf, recallOf } from './vector-index/neighbours.js';
export {
  type RandomOperationsOptions,
  type RandomOperationsReport,
  runRandomOperations,
} from './vector-index/random-operations.js';
export { testVectorIndex, vectorIndexChecks } from './vector-index/test-vector-index.js';
export { clusteredVectors } from './vector-index/vector-cases.js';
export type { VectorIndexFactory, VectorIndexKitOptions } from './vector-index/vector-index-subject.js';
