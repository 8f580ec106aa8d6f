import { type Document, filterBitmap, fullText, idSpace, metadataColumnsOf } from '@sluice/core';
import { expectRefusal, testRetriever } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { type Bm25Parameters, type Bm25Retriever, bm25 } from './bm25.js';
import type { Bm25Variant } from './bm25-formula.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';

const english = englishAnalyzer();

/** What a term adds, as the papers write it. */
interface Numbers {
  readonly N: number;
  readonly n: number;
  readonly tf: number;
  readonly L: number;
  readonly avg: number;
  readonly k1: number;
  readonly b: number;
  readonly d: number;
}
const papers: Record<Bm25Variant, (numbers: Numbers) => number> = {
  lucene: ({ N, n, tf, L, avg, k1, b }) =>
    (Math.log(1 + (N - n + 0.5) / (n + 0.5)) * tf) / (tf + k1 * (1 - b + (b * L) / avg)),
  robertson: ({ N, n, tf, L, avg, k1, b }) =>
    (Math.max(0, Math.log((N - n + 0.5) / (n + 0.5))) * tf) / (k1 * (1 - b + (b * L) / avg) + tf),
  atire: ({ N, n, tf, L, avg, k1, b }) => (Math.log(N / n) * ((k1 + 1) * tf)) / (k1 * (1 - b + b * (L / avg)) + tf),
  bm25l: ({ N, n, tf, L, avg, k1, b, d }) => {
    const c = tf / (1 - b + b * (L / avg));
    return (Math.log((N + 1) / (n + 0.5)) * ((k1 + 1) * (c + d))) / (k1 + c + d);
  },
  'bm25+': ({ N, n, tf, L, avg, k1, b, d }) =>
    Math.log((N + 1) / n) * (((k1 + 1) * tf) / (k1 * (1 - b + b * (L / avg)) + tf) + d),
};
const variants = ['lucene', 'robertson', 'atire', 'bm25l', 'bm25+'] as const;

describe.each(variants)('%s', (variant) => {
  testRetriever(variant, (documents) => retrieverOver(documents, { variant }));

  it('scores as the formula of its paper, summed over the matching terms', async () => {
    const words = ['ore', 'tin', 'zinc', 'salt', 'lead'];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 15 }).map((list) => list.join(' '));
    const cases = fc.record({
      texts: fc.array(text, { minLength: 1, maxLength: 12 }),
      query: fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 }),
      k1: fc.constantFrom(0, 0.9, 1.2, 2),
      b: fc.constantFrom(0, 0.4, 0.75, 1),
      delta: fc.constantFrom(undefined, 0, 0.3, 2),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ texts, query, k1, b, delta }) => {
        const hasDelta = variant === 'bm25l' || variant === 'bm25+';
        const documents = texts.map((each, at) => ({ id: `d${at}`, text: each }));
        const retriever = retrieverOver(documents, { variant, k1, b, ...(hasDelta && { delta }) });
        const terms = texts.map((each) => each.split(' ').filter(Boolean));
        const filled = terms.filter(({ length }) => length > 0);
        const avg = filled.flat().length / filled.length;
        const d = delta ?? (variant === 'bm25l' ? 0.5 : 1);
        const [ranking] = await retriever.retrieve([{ text: query.join(' ') }], { topK: 50 });
        const scores = new Map(Array.from(ranking?.ordinals ?? [], (ordinal, at) => [ordinal, ranking?.scores[at]]));
        for (const [ordinal, own] of terms.entries()) {
          const matching = query.filter((term) => own.includes(term));
          expect(scores.has(ordinal)).toBe(matching.length > 0);
          const expected = matching.reduce((sum, term) => {
            const n = filled.filter((each) => each.includes(term)).length;
            const tf = own.filter((each) => each === term).length;
            return sum + papers[variant]({ N: filled.length, n, tf, L: own.length, avg, k1, b, d });
          }, 0);
          expect(Math.abs((scores.get(ordinal) ?? 0) - expected)).toBeLessThan(2e-6 * Math.max(1, expected));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('explains its scores and writes itself down', async () => {
    const documents = ['tin ore', 'tin tin zinc', 'salt'].map((text, at) => ({ id: `d${at}`, text }));
    const retriever = retrieverOver(documents, { variant });
    const [ranking] = await retriever.retrieve([{ text: 'tin tin zinc' }], { topK: 3 });
    for (const [rank, ordinal] of (ranking?.ordinals ?? []).entries()) {
      expect(retriever.explain({ text: 'tin tin zinc' }, ordinal).score).toBe(ranking?.scores[rank]);
    }
    expect(retriever.toSpec?.()).toEqual({ type: 'bm25', variant, k1: 1.2, b: 0.75, name: 'bm25' });
  });
});

it('refuses a delta where it has no meaning, and a variant that there is not', async () => {
  const code = 'SLUICE_INVALID_OPTIONS';
  const refused = (path: string) => ({ code, fields: { issues: [expect.objectContaining({ path })] } });
  await expectRefusal(async () => retrieverOver([], { delta: 1 }), refused('delta'));
  await expectRefusal(async () => retrieverOver([], { variant: 'atire', delta: 1 }), refused('delta'));
  await expectRefusal(async () => retrieverOver([], { variant: 'bm25+', delta: -1 }), refused('delta'));
  // @ts-expect-error no such variant
  await expectRefusal(async () => retrieverOver([], { variant: 'bm26' }), refused('variant'));
});

function retrieverOver(documents: readonly Document[], parameters: Bm25Parameters): Bm25Retriever {
  const builder = new Bm25IndexBuilder(english);
  for (const [ordinal, document] of documents.entries()) builder.add(ordinal, fullText(document));
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return bm25({
    index: builder.build(),
    space: idSpace(documents.map(({ id }) => id)),
    analyzer: english,
    bitmapOf: (filter) => filterBitmap(filter, columns),
    ...parameters,
  });
}
