import { type Document, filterBitmap, idSpace, metadataColumnsOf, type Retriever } from '@sluice/core';
import { expectEqualRankings, expectRefusal, forAll, scoringRetriever, testRetriever } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { bm25 } from '../bm25/bm25.js';
import { Bm25IndexBuilder } from '../bm25/bm25-index-builder.js';
import { rm3 } from '../feedback/rm3.js';
import { type Bm25fParameters, type Bm25fRetriever, bm25f } from './bm25f.js';
import { fieldText } from './field-text.js';
import { type FieldsIndex, sumFieldsStatistics } from './fields-index.js';
import { FieldsIndexBuilder } from './fields-index-builder.js';
import { loadFields, saveFields } from './saved-fields.js';

const english = englishAnalyzer();
const names = ['title', 'text', 'tags'];
const weights = { title: { weight: 2.5, b: 0.3 }, text: { weight: 1, b: 0.75 }, tags: { weight: 0.5, b: 0 } };

testRetriever('bm25f', (documents) => retrieverOver(documents, { fields: weights }), {
  oracle: (documents) => naiveBm25f(documents, weights, 1.2),
});
testRetriever('bm25f after a round trip through bytes', (documents) =>
  retrieverOver(documents, { fields: weights }, (index) => loadFields(structuredClone(saveFields(index)))),
);

const word = fc.constantFrom('iron', 'tin', 'zinc', 'salt', 'lead');
const words = fc.array(word, { maxLength: 12 });
const text = words.map((list) => list.join(' '));
const collections = fc
  .array(fc.record({ title: text, text, tags: words }), { minLength: 1, maxLength: 16 })
  .map((list): Document[] =>
    list.map(({ title, text, tags }, at) => ({ id: `d${at}`, title, text, metadata: { tags } })),
  );

it('scores as the formula summed over the fields of every document, whatever the constants', async () => {
  const field = fc.record({ weight: fc.constantFrom(0.1, 1, 7), b: fc.constantFrom(0, 0.4, 1) });
  const cases = fc.record({
    documents: collections,
    query: text,
    fields: fc.record({ title: field, text: field, tags: field }, { requiredKeys: ['text'] }),
    k1: fc.constantFrom(0, 0.9, 1000),
  });
  await forAll(cases, { runs: 200 }, async ({ documents, query, fields, k1 }) => {
    const found = await retrieverOver(documents, { fields, k1 }).retrieve([{ text: query }], { topK: 20 });
    const expected = await naiveBm25f(documents, fields, k1).retrieve([{ text: query }], { topK: 20 });
    expectEqualRankings(found, expected, 2e-6, 'the plain sum');
  });
});

it('is bm25 to the last bit with a single field of weight 1', async () => {
  const cases = fc.record({ texts: fc.array(text, { minLength: 1, maxLength: 20 }), query: text });
  await forAll(cases, { runs: 200 }, async ({ texts, query }) => {
    const documents = texts.map((each, at) => ({ id: `d${at}`, text: each }));
    const fields = new FieldsIndexBuilder(english, ['text']);
    const whole = new Bm25IndexBuilder(english);
    for (const [ordinal, document] of documents.entries()) {
      fields.add(ordinal, document);
      whole.add(ordinal, document.text);
    }
    const space = idSpace(documents.map(({ id }) => id));
    const one = bm25f({ index: fields.build(), space, analyzer: english, k1: 0.9, fields: { text: { b: 0.4 } } });
    const plain = bm25({ index: whole.build(), space, analyzer: english, k1: 0.9, b: 0.4 });
    const answers = await one.retrieve([{ text: query }], { topK: 20 });
    expectEqualRankings(answers, await plain.retrieve([{ text: query }], { topK: 20 }), 0, 'bm25');
  });
});

it('scores the parts of a collection like the whole, with the sum of the statistics', async () => {
  await forAll(fc.record({ documents: collections, query: text }), { runs: 100 }, async ({ documents, query }) => {
    const space = idSpace(documents.map(({ id }) => id));
    const whole = bm25f({ index: indexOf(documents), space, analyzer: english });
    const middle = documents.length >> 1;
    const parts = [indexOf(documents.slice(0, middle)), indexOf(documents.slice(middle), middle)];
    const statistics = sumFieldsStatistics(parts);
    const [expected] = await whole.retrieve([{ text: query }], { topK: 20 });
    const scores = new Map<number, number>();
    for (const index of parts) {
      const [found] = await bm25f({ index, space, analyzer: english, statistics }).retrieve([{ text: query }], {
        topK: 20,
      });
      for (const [at, ordinal] of (found?.ordinals ?? []).entries()) scores.set(ordinal, found?.scores[at] ?? 0);
    }
    expect([...(expected?.ordinals ?? [])].map((ordinal) => scores.get(ordinal))).toEqual([
      ...(expected?.scores ?? []),
    ]);
  });
});

it('explains its scores, field by field', async () => {
  const documents = [
    { id: 'a', title: 'tin', text: 'tin and lead', metadata: { tags: ['metal', 'lead'] } },
    { id: 'b', text: 'zinc' },
  ];
  const retriever = retrieverOver(documents, { fields: weights });
  const [ranking] = await retriever.retrieve([{ text: 'tin lead' }], { topK: 2 });
  const explanation = retriever.explain({ text: 'tin lead' }, 0);
  expect(explanation.score).toBe(ranking?.scores[0]);
  expect(explanation).toMatchObject({ id: 'a', length: 5 });
  expect(explanation.terms.map(({ term, fields, frequency }) => [term, fields, frequency])).toEqual([
    ['tin', { title: 1, text: 1, tags: 0 }, 2],
    ['lead', { title: 0, text: 1, tags: 1 }, 2],
  ]);
});

it('serves feedback', async () => {
  const documents = ['tin solder', 'solder flux', 'iron', 'lead'].map((each, at) => ({ id: `d${at}`, text: each }));
  const source = retrieverOver(documents, {});
  const expanding = rm3(source, {
    maxDocumentShare: 1,
    texts: async (all) => [...all].map((at) => documents[at]?.text ?? ''),
  });
  const [ranking] = await expanding.retrieve([{ text: 'tin' }], { topK: 4 });
  expect(ranking?.ids).toEqual(['d0', 'd1']);
});

describe('an index of fields', () => {
  const index = indexOf([{ title: 'tin', text: 'zinc' }]);
  const space = idSpace(['a']);

  it('is named by its analyzer and fields, and refuses other ones', async () => {
    expect(index.fingerprint).toBe('bm25f(title,text,tags)/english/lucene-9.9');
    const analyzer = { ...english, fingerprint: 'other' };
    await expectRefusal(async () => bm25f({ index, space, analyzer }), { code: 'SLUICE_FINGERPRINT_MISMATCH' });
    const refused = { code: 'SLUICE_INVALID_OPTIONS', fields: { path: 'fields.body' } };
    await expectRefusal(async () => bm25f({ index, space, analyzer: english, fields: { body: {} } }), refused);
  });

  it.each([[[]], [['text', 'text']], [['']], [Array.from({ length: 65 }, (_, at) => `f${at}`)]])(
    'cannot be built of the fields %j',
    async (fields) => {
      const code = 'SLUICE_INVALID_OPTIONS';
      await expectRefusal(async () => new FieldsIndexBuilder(english, fields), { code, fields: { path: 'fields' } });
    },
  );

  it('is the same built in slices, as documents come', async () => {
    const documents = Array.from({ length: 600 }, (_, ordinal) => ({ ordinal, title: `tin ${ordinal}`, text: 'zinc' }));
    const [slow, fast] = [new FieldsIndexBuilder(english, names), new FieldsIndexBuilder(english, names)];
    for (const { ordinal, ...document } of documents) slow.add(ordinal, document);
    await fast.addAll(documents);
    expect(saveFields(await fast.buildInSlices())).toEqual(saveFields(slow.build()));
  });

  it('is refused when it was saved otherwise', async () => {
    const saved = saveFields(index);
    const header = saved.header as { analyzerFingerprint: string; fields: { name: string }[] };
    const [first] = header.fields;
    if (!first) expect.fail('no field');
    const wrongs = [
      { ...saved, kind: 'bm25' },
      { ...saved, header: { ...header, fields: [] } },
      { ...saved, header: { ...header, analyzerFingerprint: 'x' } },
      { ...saved, header: { ...header, fields: [first, { ...header.fields[1], name: 'title' }, header.fields[2]] } },
      { ...saved, blocks: {} },
    ];
    for (const wrong of wrongs) {
      // biome-ignore lint/suspicious/noExplicitAny: what comes from outside may be anything
      await expectRefusal(async () => loadFields(wrong as any), { code: 'SLUICE_DAMAGED_INDEX' });
    }
  });
});

function indexOf(documents: readonly Pick<Document, 'title' | 'text' | 'metadata'>[], first = 0): FieldsIndex {
  const builder = new FieldsIndexBuilder(english, names);
  for (const [at, document] of documents.entries()) builder.add(first + at, document);
  return builder.build();
}

function retrieverOver(
  documents: readonly Document[],
  parameters: Bm25fParameters,
  through: (index: FieldsIndex) => FieldsIndex = (index) => index,
): Bm25fRetriever {
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return bm25f({
    index: through(indexOf(documents)),
    space: idSpace(documents.map(({ id }) => id)),
    analyzer: english,
    bitmapOf: (filter) => filterBitmap(filter, columns),
    ...parameters,
  });
}

type Fields = Readonly<Record<string, { readonly weight: number; readonly b: number }>>;

/** Robertson and Zaragoza's formula in doubles, from the texts, for every document. Lengths below 40 are exact. */
function naiveBm25f(documents: readonly Document[], fields: Fields, k1: number): Retriever {
  const analysed = new Map(
    documents.map((document) => [
      document.id,
      new Map(names.map((name) => [name, english.analyze(fieldText(document, name))])),
    ]),
  );
  const filled = [...analysed.values()].filter((own) => [...own.values()].some(({ length }) => length > 0));
  const lengths = (name: string): number[] =>
    [...analysed.values()].map((own) => own.get(name)?.length ?? 0).filter((length) => length > 0);
  const average = new Map(
    names.map((name) => [name, lengths(name).reduce((sum, each) => sum + each, 0) / lengths(name).length]),
  );
  return scoringRetriever(documents, {
    score(query, { id }) {
      const own = analysed.get(id);
      let score = 0;
      for (const term of english.analyze(query)) {
        const n = filled.filter((each) => [...each.values()].some((terms) => terms.includes(term))).length;
        let pseudo = 0;
        for (const [name, { weight, b }] of Object.entries(fields)) {
          const terms = own?.get(name) ?? [];
          const tf = terms.filter((each) => each === term).length;
          if (tf > 0) pseudo += (weight * tf) / (1 - b + (b * terms.length) / (average.get(name) ?? 1));
        }
        const idf = Math.log(1 + (filled.length - n + 0.5) / (n + 0.5));
        if (pseudo > 0) score += (idf * pseudo) / (k1 + pseudo);
      }
      return score > 0 ? score : undefined;
    },
  });
}
