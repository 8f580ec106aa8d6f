import type { Ranking } from '@sluice/core';
import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectRefusal } from '../kit/refusal.js';
import { expectEqualRankings, expectSoundRanking } from '../ranking/expect-rankings.js';
import { corpora, hardTexts, smallCorpus } from './corpora.js';
import type { RetrieverSubject } from './retriever-subject.js';

/** What `retrieve` promises of its answers. */
export function answeringChecks(subject: RetrieverSubject): Check[] {
  const { make, options, tolerance, oracle } = subject;
  return [
    {
      name: 'answers each query, best first, equal scores by id, at most topK',
      check: () =>
        forAll(corpora, options, async ({ documents, queries }) => {
          const retriever = await make(documents);
          for (const topK of [1, 3, 50]) {
            const rankings = await retriever.retrieve(queries, { topK });
            expect(rankings, 'one ranking a query').toHaveLength(queries.length);
            for (const ranking of rankings) {
              expectSoundRanking(ranking, { topK, scale: retriever.scale, ties: 'by id' });
              expectKnown(
                ranking,
                documents.map(({ id }) => id),
              );
            }
          }
        }),
    },
    {
      name: 'answers a query alone as in a batch, in the order of the queries',
      check: () =>
        forAll(corpora, options, async ({ documents, queries }) => {
          const retriever = await make(documents);
          const batch = await retriever.retrieve(queries, { topK: 10 });
          const alone = await Promise.all(queries.map((query) => retriever.retrieve([query], { topK: 10 })));
          expectEqualRankings(batch, alone.flat(), tolerance, 'a batch and its queries alone');
          const backwards = await retriever.retrieve(queries.toReversed(), { topK: 10 });
          expectEqualRankings(backwards.toReversed(), batch, tolerance, 'the batch backwards');
        }),
    },
    {
      name: 'answers do not depend on the order in which documents came',
      check: () =>
        forAll(corpora, options, async ({ documents, queries }) => {
          const [one, other] = [await make(documents), await make(documents.toReversed())];
          const [first, second] = [one, other].map((retriever) => retriever.retrieve(queries, { topK: 50 }));
          expectEqualRankings((await second) ?? [], (await first) ?? [], tolerance, 'documents backwards');
        }),
    },
    {
      name: 'the list for a smaller topK begins the list for a larger one, unless cut-offs are separate',
      check: () =>
        forAll(corpora, options, async ({ documents, queries }) => {
          const retriever = await make(documents);
          if (retriever.cutoffs === 'separate') return;
          const many = await retriever.retrieve(queries, { topK: 10 });
          const few = await retriever.retrieve(queries, { topK: 3 });
          const cut = many.map((ranking) => ranking.take(3));
          expectEqualRankings(few, cut, tolerance, 'topK 3 of 10');
        }),
    },
    {
      name: 'finds a document by its own words',
      check: async () => {
        const retriever = await make(smallCorpus);
        const rankings = await retriever.retrieve(
          smallCorpus.map(({ text }) => ({ text })),
          { topK: 1 },
        );
        expect(rankings.map(({ ids }) => ids[0])).toEqual(smallCorpus.map(({ id }) => id));
      },
    },
    {
      name: 'no queries have no answers, and no documents empty ones',
      check: async () => {
        expect(await (await make(smallCorpus)).retrieve([], { topK: 3 })).toEqual([]);
        const [ranking] = await (await make([])).retrieve([{ text: 'ocean' }], { topK: 3 });
        expect(ranking?.ids).toEqual([]);
      },
    },
    {
      name: 'any text is a query: empty, very long, broken, in any script',
      check: async () => {
        const retriever = await make(smallCorpus);
        for (const text of hardTexts) {
          const [ranking] = await retriever.retrieve([{ text }], { topK: 5 });
          if (!ranking) expect.fail('no ranking');
          expectSoundRanking(ranking, { topK: 5, scale: retriever.scale, ties: 'by id' });
        }
      },
    },
    ...(oracle ? [likeOracle(subject, oracle)] : []),
    ...[0, -1, 1.5, Number.NaN].map((topK) => ({
      name: `refuses topK ${topK}`,
      check: async () => {
        const retriever = await make(smallCorpus);
        const search = () => retriever.retrieve([{ text: 'ocean' }], { topK });
        await expectRefusal(search, { code: 'SLUICE_INVALID_OPTIONS' });
      },
    })),
  ];
}

function likeOracle(
  { make, options, tolerance }: RetrieverSubject,
  oracle: NonNullable<RetrieverSubject['oracle']>,
): Check {
  return {
    name: 'answers as the oracle does',
    check: () =>
      forAll(corpora, options, async ({ documents, queries }) => {
        const [actual, expected] = [await make(documents), await oracle(documents)];
        const answers = await actual.retrieve(queries, { topK: 10 });
        expectEqualRankings(answers, await expected.retrieve(queries, { topK: 10 }), tolerance, 'the oracle');
      }),
  };
}

function expectKnown({ ids }: Ranking, known: readonly string[]): void {
  expect(
    ids.filter((id) => !known.includes(id)),
    'ids that no document has',
  ).toEqual([]);
}
