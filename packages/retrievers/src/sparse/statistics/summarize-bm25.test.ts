import { expectRefusal, forAll } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import type { Bm25Index } from '../bm25/bm25-index.js';
import { Bm25IndexBuilder } from '../bm25/bm25-index-builder.js';
import { summarizeBm25 } from './summarize-bm25.js';

const analyzer = englishAnalyzer();

it('counts what the texts have, in one index or in parts', async () => {
  const word = fc.constantFrom('iron', 'tin', 'zinc', 'salt', 'f\u00fcr', 'b\u00e4r', 'lead');
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
  const cases = fc.record({ texts: fc.array(text, { maxLength: 20 }), cut: fc.nat(20), topTerms: fc.nat(9) });
  await forAll(cases, { runs: 200 }, async ({ texts, cut, topTerms }) => {
    const counted = await summarizeBm25([indexOf(texts)], { topTerms });
    const parts = await summarizeBm25([indexOf(texts.slice(0, cut)), indexOf(texts.slice(cut))], { topTerms });
    expect({ ...parts, bytes: 0 }).toEqual({ ...counted, bytes: 0 });
    const terms = texts.map((each) => analyzer.analyze(each));
    const vocabulary = [...new Set(terms.flat())];
    const n = (term: string): number => terms.filter((own) => own.includes(term)).length;
    const filled = terms.filter(({ length }) => length > 0).length;
    const sorted = vocabulary.sort((a, b) => n(b) - n(a) || Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(counted).toMatchObject({
      documents: filled,
      terms: vocabulary.length,
      postings: terms.reduce((sum, own) => sum + new Set(own).size, 0),
      tokens: terms.flat().length,
      longestTermBytes: Math.max(0, ...vocabulary.map((term) => Buffer.byteLength(term))),
      singletons: vocabulary.filter((term) => n(term) === 1).length,
    });
    expect(counted.averageLength).toBeCloseTo(filled === 0 ? 0 : terms.flat().length / filled, 5);
    expect(
      counted.topTerms.map(({ term, documentFrequency, collectionFrequency }) => [
        term,
        documentFrequency,
        collectionFrequency,
      ]),
    ).toEqual(
      sorted.slice(0, topTerms).map((term) => [term, n(term), terms.flat().filter((each) => each === term).length]),
    );
  });
});

it.each([-1, 1.5, Number.NaN])('refuses to name %s terms', async (topTerms) => {
  const fields = { issues: [expect.objectContaining({ path: 'topTerms' })] };
  await expectRefusal(() => summarizeBm25([], { topTerms }), { code: 'SLUICE_INVALID_OPTIONS', fields });
});

function indexOf(texts: readonly string[]): Bm25Index {
  const builder = new Bm25IndexBuilder(analyzer);
  for (const [ordinal, text] of texts.entries()) builder.add(ordinal, text);
  return builder.build();
}
