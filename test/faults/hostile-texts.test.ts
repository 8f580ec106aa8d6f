import { idSpace, type Query } from '@sluice/core';
import {
  type Analyzer,
  Bm25IndexBuilder,
  bm25,
  cjkAnalyzer,
  englishAnalyzer,
  languageAnalyzer,
  loadBm25,
  rm3,
  saveBm25,
  segmenterAnalyzer,
} from '@sluice/retrievers';
import { restsDuring } from '@sluice/testing';
import { describe, expect, it } from 'vitest';

const MEGABYTE = 1 << 20;

const analyzers: Record<string, Analyzer> = {
  english: englishAnalyzer(),
  german: await languageAnalyzer({ language: 'german' }),
  cjk: cjkAnalyzer(),
  segmenter: segmenterAnalyzer({ locale: 'en' }),
};

/** Texts that hold what no author writes. Each has the word `weir` once, apart. */
const texts: Record<string, string> = {
  'lone surrogates': `\ud800 weir \udc00\udc00x\ud83d y\udfff`,
  'NUL characters': `a\u0000b\u0000 weir \u0000\u0000`,
  'control and bidirectional marks': `\u202e\u200b weir \u0007\u001b[2J\ufeff`,
  'a word of 1 MB': `${'x'.repeat(MEGABYTE)} weir`,
  'a word of 1 MB of accents': `e${'\u0301'.repeat(MEGABYTE)} weir`,
  'a number of 1 MB': `${'1'.repeat(MEGABYTE)} weir`,
  'a word of 1 MB of halves': `${'\ud800'.repeat(MEGABYTE)} weir`,
  '1 MB of emoji without a break': `${'\u{1f469}\u200d'.repeat(MEGABYTE / 4)} weir`,
  '1 MB of joiners': `${'a.'.repeat(MEGABYTE / 2)} weir`,
  '1 MB of blanks': `${' '.repeat(MEGABYTE)} weir`,
};

describe.each(Object.keys(analyzers))('%s analysis of', (name) => {
  const analyzer = analyzers[name] ?? expect.fail(name);

  it.each(Object.keys(texts))('%s leaves a sound index', async (kind) => {
    const builder = new Bm25IndexBuilder(analyzer);
    builder.add(0, texts[kind] ?? '');
    builder.add(1, 'lock');
    const index = loadBm25(structuredClone(saveBm25(builder.build())));
    const retriever = bm25({ index, space: idSpace(['hostile', 'plain']), analyzer });
    const found = async (query: Query) => (await retriever.retrieve([query], { topK: 5 }))[0]?.ids;
    expect(await found({ text: 'weir' })).toEqual(['hostile']);
    expect(await found({ text: 'lock' })).toEqual(['plain']);
    // The text itself is a query too.
    expect((await found({ text: texts[kind] ?? '' }))?.[0]).toBe('hostile');
    for (let term = 0; term < index.terms.size; term++) {
      const text = index.terms.termAt(term);
      expect(text.isWellFormed()).toBe(true);
      expect(text.length).toBeLessThanOrEqual(1024);
      expect(index.terms.indexOf(text)).toBe(term);
    }
  });
});

describe('a document of 50 MB', () => {
  it.each([
    { kind: 'prose', text: 'the weir raises a river of boats. '.repeat((50 * MEGABYTE) / 34), stepsAtLeast: 1500 },
    { kind: 'one word', text: 'a'.repeat(50 * MEGABYTE), stepsAtLeast: 40 },
    { kind: 'blanks', text: ' '.repeat(50 * MEGABYTE), stepsAtLeast: 190 },
  ])('of $kind is read in steps of bounded size', async ({ text, stepsAtLeast }) => {
    const analyzer = englishAnalyzer();
    const builder = new Bm25IndexBuilder(analyzer);
    const rests = await restsDuring(() =>
      builder.addAll([
        { ordinal: 0, text },
        { ordinal: 1, text: 'weir' },
      ]),
    );
    expect(rests).toBeGreaterThanOrEqual(stepsAtLeast);
    const index = await builder.buildInSlices();
    expect(index.documentFrequency('weir')).toBe(text.includes('weir') ? 2 : 1);
  });

  it('teaches feedback in steps, and can be given up', async () => {
    const analyzer = englishAnalyzer();
    const builder = new Bm25IndexBuilder(analyzer);
    builder.add(0, 'weir');
    const source = bm25({ index: builder.build(), space: idSpace(['a']), analyzer });
    const text = 'weir river '.repeat((50 * MEGABYTE) / 11);
    const controller = new AbortController();
    const expanding = rm3(source, { texts: async () => [text] }).expand(
      { text: 'weir' },
      { signal: controller.signal },
    );
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(expanding).rejects.toThrow('enough');
  });
});
