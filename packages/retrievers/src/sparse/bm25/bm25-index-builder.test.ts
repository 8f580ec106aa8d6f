import { setImmediate as turn } from 'node:timers/promises';
import { fullText } from '@sluice/core';
import { expectRefusal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import type { Analyzer } from '../analysis/analyzer.js';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import type { Bm25Index } from './bm25-index.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';
import { saveBm25 } from './saved-bm25.js';

const bySpaces: Analyzer = {
  name: 'spaces',
  fingerprint: 'spaces/1',
  analyze: (text) => text.split(' ').filter((term) => term !== ''),
};

it('keeps for each term its documents and how often they have it', () => {
  const builder = new Bm25IndexBuilder(bySpaces);
  builder.add(1, 'b a b');
  builder.add(4, '');
  builder.add(5, 'b c');
  const index = builder.build();
  expect(postingsOf(index)).toEqual({
    a: [[1, 1]],
    b: [
      [1, 2],
      [5, 1],
    ],
    c: [[5, 1]],
  });
  expect({ documents: index.documents, tokens: index.tokens, size: index.size }).toEqual({
    documents: 2,
    tokens: 5,
    size: 6,
  });
  expect([...index.lengthCodes]).toEqual([0, 3, 0, 0, 0, 2]);
  expect(['a', 'b', 'x'].map((term) => index.documentFrequency(term))).toEqual([1, 2, 0]);
  expect([0, 2, 5, 6].map((ordinal) => index.frequencyIn(1, ordinal))).toEqual([0, 0, 1, 0]);
});

it('counts a trailing document without terms among the ordinals', () => {
  const builder = new Bm25IndexBuilder(bySpaces);
  builder.add(3, ' ');
  expect(builder.build()).toMatchObject({ documents: 0, size: 4, postings: 0 });
  expect(new Bm25IndexBuilder(bySpaces).build()).toMatchObject({ documents: 0, size: 0, postings: 0 });
});

it.each([300, 70_000])('keeps a frequency of %d', (times) => {
  const builder = new Bm25IndexBuilder(bySpaces);
  builder.add(0, 'a '.repeat(times));
  expect([...builder.build().postingsOf(0).frequencies]).toEqual([times]);
});

it('takes terms of a megabyte and lone surrogates, which count as one replacement character', () => {
  const builder = new Bm25IndexBuilder(bySpaces);
  builder.add(0, `${'x'.repeat(1_000_000)} \ud800 \udc00`);
  const index = builder.build();
  expect(index.documentFrequency('x'.repeat(1_000_000))).toBe(1);
  expect(index.documentFrequency('\ud800')).toBe(1);
  expect(postingsOf(index)['\ufffd']).toEqual([[0, 2]]);
});

it.each([[[-1]], [[0.5]], [[2, 2]], [[2, 1]], [[2 ** 32]]])('refuses ordinals %j', async (ordinals) => {
  const builder = new Bm25IndexBuilder(bySpaces);
  const add = async () => {
    for (const ordinal of ordinals) builder.add(ordinal, 'a');
  };
  await expectRefusal(add, { code: 'SLUICE_INVALID_INPUT' });
});

describe('in slices', () => {
  const documents = Array.from({ length: 2000 }, (_, ordinal) => ({
    ordinal,
    title: `title${ordinal}`,
    text: `running words ${'number '.repeat(ordinal % 40)} n${ordinal * 7919}`,
  }));
  const english = englishAnalyzer();

  it('builds the same bytes as at once', async () => {
    const atOnce = new Bm25IndexBuilder(english);
    for (const document of documents) atOnce.add(document.ordinal, fullText(document));
    const inSlices = new Bm25IndexBuilder(english);
    await inSlices.addAll(documents);
    expect(saveBm25(await inSlices.buildInSlices())).toEqual(saveBm25(atOnce.build()));
  });

  it('lets others have their turn, in the middle of a document too', async () => {
    const builder = new Bm25IndexBuilder(english);
    let turns = 0;
    let done = false;
    const indexing = builder.addAll([{ ordinal: 0, text: 'indexing words, '.repeat(400_000) }]).finally(() => {
      done = true;
    });
    while (!done) {
      await turn();
      turns++;
    }
    await indexing;
    expect(turns).toBeGreaterThan(3);
    expect(builder.build().tokens).toBe(800_000);
  });

  it('reports progress that ends with the total', async () => {
    const reports: number[] = [];
    await new Bm25IndexBuilder(english).addAll(documents, { onProgress: ({ done }) => reports.push(done) });
    expect(reports).toEqual(reports.toSorted((left, right) => left - right));
    expect(reports.at(-1)).toBe(2000);
  });

  it('rejects with the reason of its signal', async () => {
    const reason = new Error('enough');
    const aborted = { signal: AbortSignal.abort(reason) };
    await expect(new Bm25IndexBuilder(english).addAll(documents, aborted)).rejects.toBe(reason);
    await expect(new Bm25IndexBuilder(english).buildInSlices(aborted)).rejects.toBe(reason);
    const controller = new AbortController();
    async function* stream() {
      for (const document of documents) {
        if (document.ordinal === 700) controller.abort(reason);
        yield document;
      }
    }
    await expect(new Bm25IndexBuilder(english).addAll(stream(), { signal: controller.signal })).rejects.toBe(reason);
  });
});

function postingsOf(index: Bm25Index): Record<string, [number, number][]> {
  const { terms } = index;
  return Object.fromEntries(
    Array.from({ length: terms.size }, (_, term) => {
      const { ordinals, frequencies } = index.postingsOf(term);
      expect(index.documentFrequencyAt(term)).toBe(ordinals.length);
      return [
        terms.termAt(term),
        Array.from(ordinals, (ordinal, at): [number, number] => {
          expect(index.frequencyIn(term, ordinal)).toBe(frequencies[at]);
          return [ordinal, frequencies[at] ?? -1];
        }),
      ];
    }),
  );
}
