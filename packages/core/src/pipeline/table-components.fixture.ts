import type { Fusion } from '../fusion.js';
import { idSpace } from '../id-space.js';
import type { Query } from '../query.js';
import { rankByScore } from '../rank-by-score.js';
import type { Ranking } from '../ranking.js';
import type { RelevanceFilter } from '../relevance-filter.js';
import type { Reranker } from '../reranker.js';
import type { Retriever } from '../retriever.js';
import { dotScale, fusionScale, logitScale } from '../scale.js';

/** Ids whose byte order is not the order of their ordinals, so that ties show who broke them. */
export const documents = idSpace(
  Array.from({ length: 24 }, (_, at) => `d${(at * 7) % 24}`),
  'documents',
);

/** A score for any pair, with many ties; `undefined` where the source would not return the document. */
export function tableScore(source: string, query: string, ordinal: number): number | undefined {
  let hash = 2166136261;
  for (const unit of `${source}/${query}/${ordinal}`) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 16777619);
  const draw = (hash ^ (hash >>> 15)) >>> 0;
  return draw % 3 === 0 ? undefined : ((draw >>> 8) % 9) / 4;
}

/** Everything that a source finds for a query. */
export function wholeList(source: string, { text }: Query): Ranking {
  const found = Array.from({ length: documents.size }, (_, at) => at).filter(
    (ordinal) => tableScore(source, text, ordinal) !== undefined,
  );
  return rankByScore({
    space: documents,
    ordinals: Uint32Array.from(found),
    scores: Float32Array.from(found, (ordinal) => tableScore(source, text, ordinal) ?? 0),
    scale: dotScale,
  });
}

/** What a component was asked, in order. */
export interface Asked {
  /** `topK` of each search. */
  readonly retrieve: number[];
  /** Documents in each completion. */
  readonly score: number[];
  encodeQueries: number;
}

/** A source over the table that writes down how it is asked. */
export function tableRetriever(name: string): Retriever & Required<Pick<Retriever, 'score'>> & { asked: Asked } {
  const asked: Asked = { retrieve: [], score: [], encodeQueries: 0 };
  return {
    name,
    asked,
    scale: dotScale,
    async retrieve(queries, { topK, signal }) {
      signal?.throwIfAborted();
      asked.retrieve.push(topK);
      return queries.map((query) => wholeList(name, query).take(topK));
    },
    async score(queries, rankings) {
      asked.score.push(rankings.reduce((sum, { length }) => sum + length, 0));
      return rankings.map(({ ordinals }, at) =>
        Float32Array.from(ordinals, (ordinal) => tableScore(name, queries[at]?.text ?? '', ordinal) ?? 0),
      );
    },
    async encodeQueries(queries) {
      asked.encodeQueries++;
      return queries.map(({ text }) => Float32Array.of(text.length));
    },
    toSpec: () => ({ type: 'table', name }),
  };
}

/** Sums reciprocal ranks and divides by the deepest list's length, so that the depth asked for shows in the scores. */
export function depthSensitiveFusion(name = 'sum'): Fusion {
  return {
    name,
    depth: (topK) => topK * 2,
    fuse(rankings, topK) {
      const deepestList = Math.max(1, ...rankings.map(({ ranking }) => ranking.length));
      const sums = new Map<number, number>();
      for (const { ranking } of rankings) {
        for (const [at, ordinal] of ranking.ordinals.entries()) {
          sums.set(ordinal, (sums.get(ordinal) ?? 0) + 1 / (at + 2) / deepestList);
        }
      }
      const ordinals = Uint32Array.from(sums.keys());
      const sources = Object.fromEntries(
        rankings.map(({ source, ranking }) => [source, columnOver(ordinals, ranking)] as const),
      );
      const scores = Float32Array.from(sums.values());
      return rankByScore({ space: documents, ordinals, scores, scale: fusionScale, sources }, topK);
    },
    toSpec: () => ({ type: 'sum' }),
  };
}

function columnOver(ordinals: Uint32Array, ranking: Ranking) {
  const positions = Array.from(ordinals, (ordinal) => ranking.ordinals.indexOf(ordinal));
  return {
    scale: ranking.scale,
    scores: Float32Array.from(positions, (at) => ranking.scores[at] ?? Number.NaN),
    ranks: Uint32Array.from(positions, (at) => at + 1),
  };
}

/** Scores by the table under its own name; counts the candidates of each call. */
export function tableReranker(name = 'cross'): Reranker & { asked: number[] } {
  const asked: number[] = [];
  return {
    name,
    asked,
    scale: logitScale,
    requires: [],
    async rerank(candidates, { topK } = {}) {
      asked.push(candidates.reduce((sum, { ranking }) => sum + ranking.length, 0));
      return candidates.map(({ query, ranking }) => {
        const scores = Float32Array.from(ranking.ordinals, (each) => tableScore(name, query.text, each) ?? -1);
        const reranked = rankByScore({ ...partsOf(ranking), scores, scale: logitScale }, topK);
        return reranked.withSource(name, reranked.asColumn());
      });
    },
    toSpec: () => ({ type: 'table', name }),
  };
}

function partsOf({ space, ordinals, sources }: Ranking) {
  return { space, ordinals, sources };
}

/** Keeps candidates whose score in a column is at least `threshold`. */
export function columnFloor(column: string, threshold: number): RelevanceFilter {
  return {
    name: `floor(${column})`,
    requires: [column],
    async select(candidates) {
      return candidates.map(({ ranking }) => {
        const scores = ranking.sources[column];
        if (!scores) throw new Error(`no column ${column}`);
        return ranking.where(scores, (score) => score >= threshold);
      });
    },
    toSpec: () => ({ type: 'floor', column, threshold }),
  };
}
