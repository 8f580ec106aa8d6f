import { type Candidates, fullText, idSpace, rankByScore } from '@sluice/core';
import { Bm25IndexBuilder, bm25, englishAnalyzer } from '@sluice/retrievers';
import { expectRefusal, forAll, testRelevanceFilter, testReranker } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { phraseFilter } from './phrase-filter.js';
import { proximity } from './proximity.js';

const analyzer = englishAnalyzer();
const statistics = { documents: 50, tokens: 400, documentFrequency: () => 5 };

testReranker('proximity', () => proximity({ analyzer, statistics }));
testRelevanceFilter('phraseFilter', () => phraseFilter({ analyzer }));

const word = fc.constantFrom('iron', 'tin', 'zinc', 'salt', 'the');
const text = fc.array(word, { minLength: 1, maxLength: 14 }).map((list) => list.join(' '));
const cases = fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 8 }), query: text });

it('adds what all pairs of neighbours give, as the definition sums them', async () => {
  await forAll(cases, { runs: 300 }, async ({ texts, query }) => {
    const source = sourceOver(texts);
    const candidates = await found(source, query);
    const [answer] = await proximity({ analyzer, statistics: source.statistics, weight: 2 }).rerank([candidates]);
    for (const [rank, ordinal] of (answer?.ordinals ?? []).entries()) {
      const base = answer?.sources.bm25?.scores[rank] ?? Number.NaN;
      expect(answer?.scores[rank]).toBeCloseTo(base + 2 * naiveNearness(ordinal, texts, query), 4);
    }
  });
});

it('puts terms that stand together before terms that do not', async () => {
  const texts = ['iron in the east, far away from any tin', 'iron tin in the east, far away from any', 'salt'];
  const source = sourceOver(texts);
  const [answer] = await proximity({ analyzer, statistics: source.statistics }).rerank([
    await found(source, 'iron tin'),
  ]);
  expect(answer?.ids).toEqual(['d1', 'd0']);
});

it('keeps what has each phrase, term after term', async () => {
  const phrases = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { maxLength: 2 });
  await forAll(fc.record({ texts: cases.map(({ texts }) => texts), phrases }), { runs: 300 }, async (drawn) => {
    const candidates = {
      ...listOf(drawn.texts),
      query: { text: drawn.phrases.map((each) => `"${each.join(' ')}"`).join(' ') },
    };
    const [answer] = await phraseFilter({ analyzer }).select([candidates]);
    const written = (terms: string): string => ` ${analyzer.analyze(terms).join(' ')} `;
    const asked = drawn.phrases.map((each) => written(each.join(' '))).filter((each) => each.trim() !== '');
    const expected = candidates.ranking.ids.filter((id) =>
      asked.every((phrase) => written(drawn.texts[Number(id.slice(1))] ?? '').includes(phrase)),
    );
    expect(answer?.ids).toEqual(expected);
  });
});

describe('phrases', () => {
  const texts = ['They raise the river.', 'The river raises boats.', 'boats'];

  it.each([
    { query: 'x "raising rivers"', kept: ['d0'] },
    { query: '\u201craise river\u201d and \u201eboats\u201c', kept: [] },
    { query: '\u201eraise river\u201c', kept: ['d0'] },
    { query: '"boats', kept: ['d0', 'd1', 'd2'] },
    { query: '"" "the"', kept: ['d0', 'd1', 'd2'] },
  ])('$query keeps $kept', async ({ query, kept }) => {
    const [answer] = await phraseFilter({ analyzer }).select([{ ...listOf(texts), query: { text: query } }]);
    expect(answer?.ids).toEqual(kept);
  });

  it('needs texts only where there is a phrase', async () => {
    const { ranking } = listOf(texts);
    const space = idSpace(['a', 'b', 'c']);
    const bare = rankByScore({ space, ordinals: ranking.ordinals, scores: ranking.scores, scale: ranking.scale });
    const select = (query: string) => phraseFilter({ analyzer }).select([{ query: { text: query }, ranking: bare }]);
    expect((await select('boats'))[0]).toBe(bare);
    await expectRefusal(() => select('"boats"'), { code: 'SLUICE_INVALID_INPUT' });
  });
});

/** Every pair of places between which no place has a query term; gathered, then saturated. */
function naiveNearness(ordinal: number, texts: readonly string[], query: string): number {
  const all = texts.map((each) => analyzer.analyze(each));
  const filled = all.filter(({ length }) => length > 0);
  const average = filled.flat().length / filled.length;
  const terms = all[ordinal] ?? [];
  const frequency = (term: string): number => filled.filter((own) => own.includes(term)).length;
  const asked = [...new Set(analyzer.analyze(query))].filter((term) => frequency(term) > 0);
  const idf = (term: string): number => Math.log(1 + (filled.length - frequency(term) + 0.5) / (frequency(term) + 0.5));
  const gathered = new Map(asked.map((term) => [term, 0]));
  for (let right = 0; right < terms.length; right++) {
    for (let left = 0; left < right; left++) {
      const [a, b] = [terms[left] ?? '', terms[right] ?? ''];
      const between = terms.slice(left + 1, right);
      if (a === b || !asked.includes(a) || !asked.includes(b) || between.some((term) => asked.includes(term))) continue;
      gathered.set(a, (gathered.get(a) ?? 0) + idf(b) / (right - left) ** 2);
      gathered.set(b, (gathered.get(b) ?? 0) + idf(a) / (right - left) ** 2);
    }
  }
  const norm = 1.2 * (0.25 + (0.75 * terms.length) / average);
  return [...gathered].reduce((sum, [term, acc]) => sum + (Math.min(1, idf(term)) * acc * 2.2) / (acc + norm), 0);
}

async function found(source: ReturnType<typeof sourceOver>, query: string): Promise<Candidates> {
  const [ranking] = await source.retrieve([{ text: query }], { topK: 20 });
  if (!ranking) expect.fail('no ranking');
  return { query: { text: query }, ranking: ranking.withSource('bm25', ranking.asColumn()) };
}

function listOf(texts: readonly string[]): Pick<Candidates, 'ranking'> {
  const { space, scale } = sourceOver(texts);
  const ordinals = Uint32Array.from(texts, (_, at) => at);
  return { ranking: rankByScore({ space, scale, ordinals, scores: new Float32Array(texts.length) }) };
}

function sourceOver(texts: readonly string[]) {
  const builder = new Bm25IndexBuilder(analyzer);
  for (const [ordinal, each] of texts.entries()) builder.add(ordinal, fullText({ text: each }));
  const space = {
    ...idSpace(texts.map((_, at) => `d${at}`)),
    texts: async (ordinals: Uint32Array) => Array.from(ordinals, (at) => ({ text: texts[at] ?? '' })),
  };
  return bm25({ index: builder.build(), space, analyzer });
}
