import { type Document, filterBitmap, fullText, idSpace, metadataColumnsOf, type Retriever } from '@sluice/core';
import { expectRefusal, forAll, scoringRetriever, testRetriever } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { bm25 } from '../bm25/bm25.js';
import { Bm25IndexBuilder } from '../bm25/bm25-index-builder.js';
import { countTerms } from '../bm25/term-weights.js';
import { rm3 } from './rm3.js';
import { rocchio } from './rocchio.js';

const english = englishAnalyzer();
const makers = { rm3, rocchio };
const few = { feedbackDocuments: 3, feedbackTerms: 2, maxDocumentShare: 1 };

describe.each(['rm3', 'rocchio'] as const)('%s', (kind) => {
  testRetriever(kind, (documents) => makers[kind](sourceOver(documents), few), {
    oracle: (documents) => bruteForce(documents, kind),
    tolerance: 2e-6,
  });

  it('weighs terms as the definition does, over all terms of all documents', async () => {
    const word = fc.constantFrom('iron', 'tin', 'zinc', 'salt', 'lead', 'x', 'brass', 'a-b');
    const text = fc.array(word, { maxLength: 9 }).map((words) => words.join(' '));
    const cases = fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 9 }), query: text });
    await forAll(cases, { runs: 300 }, async ({ texts, query }) => {
      const documents = texts.map((each, at) => ({ id: `d${at}`, text: each }));
      const weights = await makers[kind](sourceOver(documents), few).expand({ text: query });
      const expected = definitions[kind](query, documents);
      expect([...weights.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [term, weight] of expected) expect(weights.get(term)).toBeCloseTo(weight, 6);
    });
  });

  it('explains its scores', async () => {
    const texts = ['tin ore tin', 'tin lead', 'lead salt', 'zinc'];
    const retriever = makers[kind](sourceOver(texts.map((text, at) => ({ id: `d${at}`, text }))), few);
    const [ranking] = await retriever.retrieve([{ text: 'tin' }], { topK: 4 });
    expect(ranking?.ids).toContain('d2');
    for (const [rank, ordinal] of (ranking?.ordinals ?? []).entries()) {
      expect((await retriever.explain({ text: 'tin' }, ordinal)).score).toBe(ranking?.scores[rank]);
    }
  });

  it('explains several documents by one expansion, as each alone', async () => {
    const texts = ['tin ore tin', 'tin lead', 'lead salt', 'zinc'];
    const source = sourceOver(texts.map((text, at) => ({ id: `d${at}`, text })));
    let searches = 0;
    const counting: typeof source = {
      ...source,
      retrieve: (...call) => {
        searches++;
        return source.retrieve(...call);
      },
    };
    const retriever = makers[kind](counting, few);
    const together = await retriever.explainAll({ text: 'tin' }, [2, 0, 2]);
    expect(searches).toBe(1);
    const alone = await Promise.all([2, 0, 2].map((ordinal) => retriever.explain({ text: 'tin' }, ordinal)));
    expect(together).toEqual(alone);
    expect(await retriever.explainAll({ text: 'tin' }, [])).toEqual([]);
  });

  it('refuses a space of ids alone, and options out of range', async () => {
    const space = idSpace([]);
    const source = bm25({ index: new Bm25IndexBuilder(english).build(), space, analyzer: english });
    await expectRefusal(async () => makers[kind](source), { code: 'SLUICE_INVALID_INPUT' });
    const wrong = async () => makers[kind](sourceOver([]), { feedbackTerms: 0 });
    await expectRefusal(wrong, { code: 'SLUICE_INVALID_OPTIONS', fields: { path: 'feedbackTerms' } });
  });

  it('refuses texts that are not one for each document', async () => {
    const source = sourceOver(['tin', 'tin ore'].map((text, at) => ({ id: `d${at}`, text })));
    const retriever = makers[kind](source, { ...few, texts: async () => ['tin'] });
    await expectRefusal(() => retriever.retrieve([{ text: 'tin' }], { topK: 2 }), { code: 'SLUICE_BROKEN_CONTRACT' });
  });

  it('adds no term that is too short, too long, too common or no word', async () => {
    const texts = ['zinc q', `zinc ${'y'.repeat(21)}`, 'zinc 3.5 zinc', 'zinc brass', 'iron', 'iron', 'iron'];
    const documents = texts.map((text, at) => ({ id: `d${at}`, text }));
    const weights = await makers[kind](sourceOver(documents), { maxDocumentShare: 0.5 }).expand({ text: 'zinc' });
    expect([...weights.keys()]).toEqual(['zinc', 'brass']);
  });

  it('reads a long document in steps', async () => {
    const controller = new AbortController();
    const text = 'tin '.repeat(2_000_000);
    const retriever = makers[kind](sourceOver([{ id: 'd', text: 'tin' }]), { texts: async () => [text] });
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(retriever.expand({ text: 'tin' }, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

it('writes itself down with its source', () => {
  expect(rm3(sourceOver([])).toSpec?.()).toEqual({
    type: 'rm3',
    source: { type: 'bm25', k1: 1.2, b: 0.75, name: 'bm25' },
    feedbackDocuments: 10,
    feedbackTerms: 10,
    maxDocumentShare: 0.1,
    originalQueryWeight: 0.5,
    name: 'rm3',
  });
});

/** Dense vectors over the whole vocabulary, no index but the first ranking: as the papers write them. */
const definitions = {
  rm3(query: string, documents: readonly Document[]): Map<string, number> {
    const { vocabulary, asked, feedback } = learned(query, documents);
    const total = (vector: readonly number[]): number => vector.reduce((sum, each) => sum + each, 0);
    const share = (vector: readonly number[]): number[] => vector.map((each) => each / (total(vector) || 1));
    const model = vocabulary.map((_, at) =>
      feedback.reduce((sum, { vector, score }) => sum + (share(vector)[at] ?? 0) * score, 0),
    );
    const expansion = share(cut(model));
    return present(vocabulary, (at) => 0.5 * (share(asked)[at] ?? 0) + 0.5 * (expansion[at] ?? 0));
  },
  rocchio(query: string, documents: readonly Document[]): Map<string, number> {
    const { vocabulary, asked, feedback } = learned(query, documents);
    const unit = (vector: readonly number[]): number[] => vector.map((each) => each / (Math.hypot(...vector) || 1));
    const mean = vocabulary.map((_, at) =>
      feedback.reduce((sum, { vector }) => sum + (unit(vector)[at] ?? 0) / feedback.length, 0),
    );
    const moved = unit(cut(mean));
    return present(vocabulary, (at) => (unit(asked)[at] ?? 0) + 0.75 * (moved[at] ?? 0));
  },
};

function learned(query: string, documents: readonly Document[]) {
  const texts = documents.map((document) => english.analyze(fullText(document)));
  const asked = english.analyze(query);
  const vocabulary = [...new Set([...asked, ...texts.flat()])].sort();
  const count = (terms: readonly string[], term: string): number => terms.filter((each) => each === term).length;
  const feedback = texts
    .map((terms, at) => ({ terms, id: documents[at]?.id ?? '', score: bm25Score(countTerms(asked), terms, texts) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
    .slice(0, few.feedbackDocuments)
    .map(({ terms, score }) => ({
      score,
      vector: cut(vocabulary.map((term) => (/^[a-z0-9]{2,20}$/.test(term) ? count(terms, term) : 0))),
    }));
  return { vocabulary, asked: vocabulary.map((term) => count(asked, term)), feedback };
}

/** Zeroes all but the largest two, equal ones by their terms. */
function cut(vector: readonly number[]): number[] {
  const places = [...vector.keys()].sort((a, b) => Math.fround(vector[b] ?? 0) - Math.fround(vector[a] ?? 0) || a - b);
  const kept = new Set(places.slice(0, few.feedbackTerms));
  return vector.map((value, at) => (kept.has(at) ? value : 0));
}

function present(vocabulary: readonly string[], weightAt: (at: number) => number): Map<string, number> {
  return new Map(vocabulary.map((term, at) => [term, weightAt(at)] as const).filter(([, weight]) => weight > 0));
}

/** Every document from its text. Float32 where Lucene has float32, so that ties are its ties. */
function bm25Score(
  asked: ReadonlyMap<string, number>,
  terms: readonly string[],
  texts: readonly (readonly string[])[],
): number {
  const { fround } = Math;
  const filled = texts.filter(({ length }) => length > 0);
  const average = fround(filled.flat().length / filled.length);
  const norm = fround(1 / fround(fround(1.2) * fround(0.25 + fround(fround(0.75 * terms.length) / average))));
  let score = 0;
  for (const [term, queryWeight] of asked) {
    const tf = terms.filter((each) => each === term).length;
    const n = filled.filter((each) => each.includes(term)).length;
    if (tf === 0) continue;
    const weight = fround(fround(Math.log(1 + (filled.length - n + 0.5) / (n + 0.5))) * fround(queryWeight));
    score += fround(weight - fround(weight / fround(1 + fround(tf * norm))));
  }
  return fround(score);
}

function bruteForce(documents: readonly Document[], kind: keyof typeof definitions): Retriever {
  const texts = documents.map((document) => english.analyze(fullText(document)));
  return scoringRetriever(documents, {
    score(query, document) {
      const weights = definitions[kind](query, documents);
      return bm25Score(weights, english.analyze(fullText(document)), texts) || undefined;
    },
  });
}

function sourceOver(documents: readonly Document[]) {
  const builder = new Bm25IndexBuilder(english);
  for (const [ordinal, document] of documents.entries()) builder.add(ordinal, fullText(document));
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  const space = {
    ...idSpace(documents.map(({ id }) => id)),
    texts: async (ordinals: Uint32Array) => Array.from(ordinals, (each) => documents[each] ?? { text: '' }),
  };
  return bm25({
    index: builder.build(),
    space,
    analyzer: english,
    bitmapOf: (filter) => filterBitmap(filter, columns),
  });
}
