import { expect } from 'vitest';
import type { Check } from '../kit/check.js';
import { expectRefusal } from '../kit/refusal.js';
import type { EmbedderSubject } from './embedder-subject.js';
import { plainTexts } from './encoder-texts.js';
import { expectEncoded, expectSameMatrix } from './expect-matrix.js';

/** What an embedder promises of itself: its facts, titles, and its end. */
export function modelChecks({ shared, fresh, others, tolerance }: EmbedderSubject): Check[] {
  return [
    {
      name: 'states its dimensions, similarity and fingerprint',
      check: async () => {
        const { dimensions, similarity, fingerprint } = await shared();
        expect(Number.isInteger(dimensions) && dimensions >= 1, `dimensions: ${dimensions}`).toBe(true);
        expect(['cosine', 'dot', 'euclidean']).toContain(similarity);
        expect(fingerprint).toMatch(/\S/);
      },
    },
    {
      name: 'two of the same model have one fingerprint and agree',
      check: async () => {
        const [one, other] = [await shared(), await fresh()];
        expect(other.fingerprint).toBe(one.fingerprint);
        const [left, right] = [await one.encodeDocuments(plainTexts), await other.encodeDocuments(plainTexts)];
        expectSameMatrix(right, left, tolerance, 'two of the same model');
        await other.close?.();
      },
    },
    {
      name: 'embedders that differ have other fingerprints',
      check: async () => {
        const fingerprints = [(await shared()).fingerprint];
        for (const factory of others) {
          const other = await factory();
          fingerprints.push(other.fingerprint);
          await other.close?.();
        }
        expect(new Set(fingerprints).size, fingerprints.join(', ')).toBe(fingerprints.length);
      },
    },
    {
      name: 'encodes documents with and without title, and a text as a document without',
      check: async () => {
        const embedder = await shared();
        const [text = ''] = plainTexts;
        const documents = [
          text,
          { text },
          { text, title: 'Oceans' },
          { text: '', title: 'Oceans' },
          { text, title: '' },
        ];
        const encoded = await embedder.encodeDocuments(documents);
        expectEncoded(encoded, embedder, { rows: documents.length, columns: embedder.dimensions });
        const [asText, asDocument] = [
          await embedder.encodeDocuments([text]),
          await embedder.encodeDocuments([{ text }]),
        ];
        expectSameMatrix(asDocument, asText, tolerance, 'a text and a document without title');
      },
    },
    closeCheck(fresh, (embedder) => [
      () => embedder.encodeQueries(['tides']),
      () => embedder.encodeDocuments(['tides']),
    ]),
  ];
}

/** `close` may be called twice, and what comes after is refused. */
export function closeCheck<Model extends { close?(): Promise<void> }>(
  fresh: () => Promise<Model>,
  calls: (model: Model) => readonly (() => Promise<unknown>)[],
): Check {
  return {
    name: 'closes twice without harm, and refuses calls after it, if it closes',
    check: async () => {
      const model = await fresh();
      if (!model.close) return;
      await model.close();
      await model.close();
      for (const call of calls(model)) await expectRefusal(call, {}, 'a call after close() must be refused');
    },
  };
}
