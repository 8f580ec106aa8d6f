import type { Document, Query } from '@sluice/core';
import fc from 'fast-check';

/** Words of random documents: few, so that equal texts and equal scores are common. */
const words = ['amber', 'basalt', 'cobalt', 'delta', 'ember', 'fjord', 'granite', 'harbour', 'island', 'juniper'];

/** Ids whose order by UTF-8 bytes is neither that of the list nor that of UTF-16 units. */
const ids = ['b', '\u{1f600}', '\ue000', 'a', '10', '9', 'é', 'e', 'A', '\uffee', 'ab', 'a b', '-', 'ß', '漢字', 'zz'];

/** A collection with something to ask of it. */
export interface Corpus {
  readonly documents: readonly Document[];
  readonly queries: readonly Query[];
}

/** 0 to 16 short documents, many alike, in two languages by `metadata.language`, and 1 to 5 queries. */
export const corpora: fc.Arbitrary<Corpus> = fc.record({
  documents: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...ids), texts(0, 6), fc.constantFrom('en', 'de')), {
      maxLength: ids.length,
      selector: ([id]) => id,
    })
    .map((list) => list.map(([id, text, language]) => ({ id, text, metadata: { language } }))),
  queries: fc.array(
    texts(0, 4).map((text) => ({ text })),
    { minLength: 1, maxLength: 5 },
  ),
});

/** Six documents on different things, in an order that is not that of their ids. */
export const smallCorpus: readonly Document[] = [
  { id: 'tides', text: 'the moon pulls the ocean and makes tides', metadata: { language: 'en' } },
  { id: 'bread', text: 'yeast lets dough rise before baking bread', metadata: { language: 'en' } },
  { id: 'glacier', text: 'a glacier carves valleys as it slowly flows', metadata: { language: 'en' } },
  { id: 'violin', text: 'horsehair bows make violin strings vibrate', metadata: { language: 'en' } },
  { id: 'honig', text: 'bienen machen honig aus nektar', metadata: { language: 'de' } },
  {
    id: 'comet',
    title: 'Comets',
    text: 'ice and dust trail behind a comet near the sun',
    metadata: { language: 'de' },
  },
];

/** Texts that have broken analyzers and tokenizers before. */
export const hardTexts: readonly string[] = [
  '',
  ' ',
  '\n\t',
  '?!.,;',
  'the of and',
  '\u0000',
  '\ud800',
  'x\udc00y',
  '\u202e\u200b\ufeff',
  '漢字かな交じり文',
  'ﬁ Å é',
  '\u{1f469}\u200d\u{1f680}',
  'a'.repeat(20_000),
  'ocean '.repeat(20_000),
];

function texts(minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...words), { minLength, maxLength }).map((list) => list.join(' '));
}
