import { type Retriever, rankByScore } from '@sluice/core';
import { expect } from 'vitest';
import { expectAbortable } from '../kit/abort.js';
import type { Check } from '../kit/check.js';
import { forAll } from '../kit/property.js';
import { expectEqualRankings } from '../ranking/expect-rankings.js';
import { expectClose } from '../vector-index/neighbours.js';
import { corpora, smallCorpus } from './corpora.js';
import type { RetrieverSubject } from './retriever-subject.js';

/** What a retriever promises besides its answers: filter, `score`, `encodeQueries`, signals, its own description. */
export function callingChecks(subject: RetrieverSubject): Check[] {
  const { make } = subject;
  return [
    ...filterChecks(subject),
    ...scoreChecks(subject),
    {
      name: 'encodes each query to one finite vector, if it encodes them',
      check: async () => {
        const retriever = await make(smallCorpus);
        const vectors = await retriever.encodeQueries?.([{ text: 'ocean' }, { text: '' }, { text: 'bread' }]);
        if (!vectors) return;
        expect(vectors).toHaveLength(3);
        expect(new Set(vectors.map(({ length }) => length)).size, 'one width').toBe(1);
        expect(vectors.every((vector) => vector.every(Number.isFinite))).toBe(true);
      },
    },
    {
      name: 'rejects with the reason of its signal',
      check: async () => {
        const retriever = await make(smallCorpus);
        const queries = smallCorpus.map(({ text }) => ({ text }));
        await expectAbortable((signal) => retriever.retrieve(queries, { topK: 3, signal }));
        const rankings = await retriever.retrieve(queries, { topK: 3 });
        const { score, encodeQueries } = retriever;
        if (score) await expectAbortable((signal) => score.call(retriever, queries, rankings, { signal }));
        if (encodeQueries) await expectAbortable((signal) => encodeQueries.call(retriever, queries, { signal }));
      },
    },
    {
      name: 'leaves documents and queries as they were, and answers the same again',
      check: () =>
        forAll(corpora, subject.options, async (corpus) => {
          const { documents, queries } = deepFrozen(corpus);
          const retriever = await make(documents);
          const first = await retriever.retrieve(queries, { topK: 10 });
          expectEqualRankings(await retriever.retrieve(queries, { topK: 10 }), first, 0, 'the same call again');
        }),
    },
    {
      name: 'has a name and a scale, and writes itself down as JSON, if at all',
      check: async () => {
        const retriever = await make(smallCorpus);
        expect(retriever.name).toMatch(/\S/);
        expect(retriever.scale.minimum).toBeLessThan(retriever.scale.maximum);
        const spec = retriever.toSpec?.();
        if (spec) expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
      },
    },
  ];
}

function filterChecks({ make, options, tolerance }: RetrieverSubject): Check[] {
  return [
    {
      name: 'finds only documents that pass the filter, as if the others were not asked',
      check: () =>
        forAll(corpora, options, async ({ documents, queries }) => {
          const retriever = await make(documents);
          const filtered = await retriever.retrieve(queries, { topK: 50, filter: { eq: ['language', 'de'] } });
          const german = new Set(documents.filter(({ metadata }) => metadata?.language === 'de').map(({ id }) => id));
          const all = await retriever.retrieve(queries, { topK: 50 });
          const expected = all.map((ranking) => {
            const positions = ranking.ids.flatMap((id, at) => (german.has(id) ? [at] : []));
            return ranking.pick(Uint32Array.from(positions));
          });
          expectEqualRankings(filtered, expected, tolerance, 'filtered and picked');
        }),
    },
    {
      name: 'fills topK from those that pass the filter',
      check: async () => {
        const text = 'the moon pulls the ocean';
        const retriever = await make(
          Array.from({ length: 9 }, (_, at) => ({ id: `d${at}`, text, metadata: { language: at < 7 ? 'en' : 'de' } })),
        );
        const [ranking] = await retriever.retrieve([{ text }], { topK: 2, filter: { eq: ['language', 'de'] } });
        expect(ranking?.ids).toEqual(['d7', 'd8']);
      },
    },
    {
      name: 'finds nothing when nothing passes the filter',
      check: async () => {
        const retriever = await make(smallCorpus);
        const [ranking] = await retriever.retrieve([{ text: 'ocean' }], {
          topK: 5,
          filter: { eq: ['language', 'fr'] },
        });
        expect(ranking?.ids).toEqual([]);
      },
    },
  ];
}

function scoreChecks({ make, options, tolerance }: RetrieverSubject): Check[] {
  return [
    {
      name: 'scores what it retrieved as it retrieved it, if it scores',
      check: () =>
        forAll(corpora, options, async ({ documents, queries }) => {
          const retriever = await make(documents);
          const rankings = await retriever.retrieve(queries, { topK: 10 });
          const scored = await retriever.score?.(queries, rankings);
          if (!scored) return;
          expect(scored).toHaveLength(queries.length);
          for (const [query, { scores }] of rankings.entries()) {
            expect(scored[query]).toHaveLength(scores.length);
            for (const [at, score] of scores.entries()) {
              expectClose(
                scored[query]?.[at] ?? Number.NaN,
                score,
                tolerance,
                `score of query ${query}, rank ${at + 1}`,
              );
            }
          }
        }),
    },
    {
      name: 'scores documents that it did not return, in any order, no better than those it did',
      check: () =>
        forAll(corpora, options, async ({ documents, queries: [query = { text: '' }] }) => {
          const retriever = await make(documents);
          await expectScoresOfAll(retriever, query, tolerance);
        }),
    },
  ];
}

async function expectScoresOfAll(retriever: Retriever, query: { text: string }, tolerance: number): Promise<void> {
  const [best] = await retriever.retrieve([query], { topK: 2 });
  if (!best || !retriever.score) return;
  const { space, scale } = best;
  const ordinals = Uint32Array.from({ length: space.size }, (_, at) => space.size - 1 - at);
  const everything = rankByScore({ space, scale, ordinals, scores: new Float32Array(space.size) });
  const [scores] = await retriever.score([query], [everything]);
  expect(scores).toHaveLength(space.size);
  const worst = best.length < 2 ? Infinity : (best.scores[1] ?? 0);
  for (const [at, ordinal] of everything.ordinals.entries()) {
    const score = scores?.[at] ?? Number.NaN;
    expect(Number.isFinite(score), `score ${score} of '${space.idOf(ordinal)}' is finite`).toBe(true);
    const rank = best.ordinals.indexOf(ordinal);
    if (rank >= 0) expectClose(score, best.scores[rank] ?? Number.NaN, tolerance, `score of '${space.idOf(ordinal)}'`);
    else
      expect(score, `'${space.idOf(ordinal)}' was left out`).toBeLessThanOrEqual(
        worst + tolerance * Math.max(1, worst),
      );
  }
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFrozen(part);
    Object.freeze(value);
  }
  return value;
}
