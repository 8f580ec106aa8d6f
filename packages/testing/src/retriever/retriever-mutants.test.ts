import { type Document, idSpace, Ranking, type Retriever } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { failedChecks } from '../kit/run-checks.js';
import { scoringRetriever } from './scoring-retriever.js';
import { retrieverChecks } from './test-retriever.js';

type Break = (retriever: Retriever, documents: readonly Document[]) => Partial<Retriever>;

const SOUND = 'answers each query, best first, equal scores by id, at most topK';

const broken: readonly { why: string; caughtBy: string; change: Break }[] = [
  {
    why: 'equal scores as they came',
    caughtBy: SOUND,
    change: (retriever) => ({
      retrieve: async (...call) => (await retriever.retrieve(...call)).map((ranking) => resorted(ranking, () => 0)),
    }),
  },
  {
    why: 'equal scores by UTF-16 units',
    caughtBy: SOUND,
    change: (retriever) => ({
      retrieve: async (...call) =>
        (await retriever.retrieve(...call)).map((ranking) => {
          const { ids } = ranking;
          return resorted(ranking, (left, right) => ((ids[left] ?? '') < (ids[right] ?? '') ? -1 : 1));
        }),
    }),
  },
  {
    why: 'topK ignored',
    caughtBy: SOUND,
    change: (retriever) => ({
      retrieve: (queries, options) => retriever.retrieve(queries, { ...options, topK: options.topK + 1 }),
    }),
  },
  {
    why: 'a document twice',
    caughtBy: SOUND,
    change: (retriever) => ({
      retrieve: async (...call) =>
        (await retriever.retrieve(...call)).map((ranking) =>
          ranking.length === 0 ? ranking : ranking.pick(Uint32Array.of(0, ...ranking.ordinals.keys())),
        ),
    }),
  },
  {
    why: 'padding with NaN',
    caughtBy: SOUND,
    change: (retriever, documents) => ({
      retrieve: async (queries, options) => {
        const space = idSpace(documents.map(({ id }) => id));
        const ordinals = Uint32Array.from(documents.slice(0, options.topK), (_, at) => at);
        const scores = new Float32Array(ordinals.length).fill(Number.NaN);
        const rankings = await retriever.retrieve(queries, options);
        return rankings.map(({ scale }) => new Ranking({ space, ordinals, scores, scale }));
      },
    }),
  },
  {
    why: 'the batch answered backwards',
    caughtBy: 'answers a query alone as in a batch, in the order of the queries',
    change: (retriever) => ({
      retrieve: async (...call) => (await retriever.retrieve(...call)).toReversed(),
    }),
  },
  {
    why: 'another answer the second time',
    caughtBy: 'leaves documents and queries as they were, and answers the same again',
    change: (retriever) => {
      let calls = 0;
      return {
        retrieve: async (...call) => (await retriever.retrieve(...call)).map((each) => each.take(10 - calls++)),
      };
    },
  },
  {
    why: 'a longer list that begins differently',
    caughtBy: 'the list for a smaller topK begins the list for a larger one, unless cut-offs are separate',
    change: (retriever) => ({
      retrieve: async (queries, options) => {
        const rankings = await retriever.retrieve(queries, options);
        return options.topK > 5
          ? rankings.map((each) => each.pick(each.ordinals.slice(1).map((_, at) => at + 1)))
          : rankings;
      },
    }),
  },
  {
    why: 'the filter ignored',
    caughtBy: 'finds only documents that pass the filter, as if the others were not asked',
    change: (retriever) => ({ retrieve: (queries, { filter: _, ...rest }) => retriever.retrieve(queries, rest) }),
  },
  {
    why: 'the filter applied after topK',
    caughtBy: 'fills topK from those that pass the filter',
    change: (retriever, documents) => ({
      retrieve: async (queries, { filter, ...rest }) => {
        const rankings = await retriever.retrieve(queries, rest);
        const german = (ordinal: number): boolean => documents[ordinal]?.metadata?.language === 'de';
        return rankings.map((ranking) => {
          const kept = [...ranking.ordinals.keys()].filter((at) => !filter || german(ranking.ordinals[at] ?? 0));
          return ranking.pick(Uint32Array.from(kept));
        });
      },
    }),
  },
  {
    why: 'signals ignored',
    caughtBy: 'rejects with the reason of its signal',
    change: (retriever) => ({ retrieve: (queries, { signal: _, ...rest }) => retriever.retrieve(queries, rest) }),
  },
  {
    why: 'a reason of its own',
    caughtBy: 'rejects with the reason of its signal',
    change: (retriever) => ({
      retrieve: async (queries, { signal, ...rest }) => {
        if (signal?.aborted) throw new Error('aborted');
        return retriever.retrieve(queries, rest);
      },
    }),
  },
  {
    why: 'the empty query refused',
    caughtBy: 'any text is a query: empty, very long, broken, in any script',
    change: (retriever) => ({
      retrieve: async (queries, options) => {
        if (queries.some(({ text }) => text === '')) throw new Error('empty');
        return retriever.retrieve(queries, options);
      },
    }),
  },
  {
    why: 'topK 0 taken for 1',
    caughtBy: 'refuses topK 0',
    change: (retriever) => ({
      retrieve: (queries, options) => retriever.retrieve(queries, { ...options, topK: Math.max(1, options.topK) }),
    }),
  },
  {
    why: 'scores other than those it retrieved with',
    caughtBy: 'scores what it retrieved as it retrieved it, if it scores',
    change: (retriever) => ({
      score: async (...call) =>
        ((await retriever.score?.(...call)) ?? []).map((scores) => scores.map((score) => score / 2)),
    }),
  },
  {
    why: 'better scores for what it left out',
    caughtBy: 'scores documents that it did not return, in any order, no better than those it did',
    change: (retriever) => ({
      score: async (...call) =>
        ((await retriever.score?.(...call)) ?? []).map((scores) => scores.map((score) => score || 9)),
    }),
  },
  {
    why: 'nothing found at all',
    caughtBy: 'finds a document by its own words',
    change: (retriever) => ({
      retrieve: async (...call) => (await retriever.retrieve(...call)).map((ranking) => ranking.take(0)),
    }),
  },
];

it('breaking nothing is not caught', async () => {
  const make = (documents: readonly Document[]): Retriever =>
    withChanged(scoringRetriever(documents, { score: sharedWords }), {});
  expect(await failedChecks(retrieverChecks(make))).toEqual([]);
});

describe('a broken retriever is caught', () => {
  it.each(broken)('$why', async ({ change, caughtBy }) => {
    const make = (documents: readonly Document[]): Retriever => {
      const retriever = scoringRetriever(documents, { score: sharedWords });
      return withChanged(retriever, change(retriever, documents));
    };
    await expectCaught(retrieverChecks(make, { seed: 11 }), caughtBy);
  });

  it('another order than the oracle', async () => {
    const make = (documents: readonly Document[]): Retriever => scoringRetriever(documents, { score: sharedWords });
    const oracle = (documents: readonly Document[]): Retriever =>
      scoringRetriever(documents, { score: (query, document) => sharedWords(query, document) && document.text.length });
    await expectCaught(retrieverChecks(make, { oracle, seed: 11 }), 'answers as the oracle does');
  });
});

/** The documents in another order among equal scores, by position. */
function resorted(ranking: Ranking, ties: (left: number, right: number) => number): Ranking {
  const { space, ordinals, scores, scale } = ranking;
  const byOrdinal = [...ordinals.keys()].sort((left, right) => (ordinals[left] ?? 0) - (ordinals[right] ?? 0));
  const order = byOrdinal.sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || ties(left, right));
  return new Ranking({
    space,
    ordinals: Uint32Array.from(order, (at) => ordinals[at] ?? 0),
    scores: Float32Array.from(order, (at) => scores[at] ?? 0),
    scale,
  });
}

function sharedWords(query: string, { text }: Document): number | undefined {
  const words = text.split(/\s+/);
  const shared = query.split(/\s+/).filter((word) => word !== '' && words.includes(word)).length;
  return shared === 0 ? undefined : shared;
}
