import { idSpace } from '@sluice/core';
import { expectRefusal, forAll } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { impact } from '../impact/impact.js';
import { importVectors } from './import-vectors.js';
import { numberedVector, readTermVectors, readTopicVectors, type TermVector, termVectorLine } from './term-vectors.js';

const weight = fc.float({ min: Math.fround(0.01), max: 50, noNaN: true });
const term = fc.oneof(
  fc.constantFrom('tin', '##s', 'zinc', '__proto__', 'constructor'),
  fc.string({ unit: 'grapheme' }),
);
const document = fc.record({
  id: fc.string({ unit: 'grapheme', minLength: 1 }),
  contents: fc.string({ unit: 'grapheme' }),
  vector: fc.array(fc.tuple(term, weight)).map((pairs) => new Map(pairs)),
});

it('reads what it writes', async () => {
  await forAll(fc.array(document), { runs: 300 }, async (documents) => {
    const read: TermVector[] = [];
    for await (const each of readTermVectors([{ first: 1, lines: documents.map(termVectorLine) }], 'x'))
      read.push(each);
    expect(read.map(({ vector, ...rest }) => ({ ...rest, vector: [...vector].sort() }))).toEqual(
      documents.map(({ vector, ...rest }) => ({ ...rest, vector: [...vector].sort() })),
    );
  });
});

it('counts the repeated terms of queries', async () => {
  const lines = [{ first: 1, lines: ['q1\ttin tin zinc', '', 'q 2\t'] }];
  const topics = [];
  for await (const topic of readTopicVectors(lines, 'x')) topics.push(topic);
  expect(topics.map(({ id, vector }) => [id, [...vector]])).toEqual([
    [
      'q1',
      [
        ['tin', 2],
        ['zinc', 1],
      ],
    ],
    ['q 2', []],
  ]);
});

it('makes an index that scores as the sum of the products', async () => {
  const unique = fc.uniqueArray(document, { selector: ({ id }) => id, minLength: 1 });
  await forAll(fc.record({ documents: unique, query: document }), { runs: 200 }, async ({ documents, query }) => {
    const lines = [{ first: 1, lines: documents.map(termVectorLine) }];
    const { index, ids, vocabulary } = await importVectors(lines, {
      name: 'x',
      fingerprint: 'm',
      precision: 'float32',
    });
    expect(ids).toEqual(documents.map(({ id }) => id));
    const vector = numberedVector(query.vector, (each) => vocabulary.get(each));
    const retriever = impact({ index, space: idSpace(ids) });
    const asked = [{ text: '', sparseVectors: { m: vector } }];
    const [ranking] = await retriever.retrieve(asked, { topK: 50 });
    const expected = new Map<string, number>();
    for (const { id, vector: own } of documents) {
      let sum = 0;
      for (const [each, value] of query.vector) sum += value * (own.get(each) ?? 0);
      if (sum > 0) expected.set(id, sum);
    }
    expect([...(ranking?.ids ?? [])].sort()).toEqual([...expected.keys()].sort());
    for (const [at, id] of (ranking?.ids ?? []).entries()) {
      const score = expected.get(id) ?? 0;
      expect(Math.abs((ranking?.scores[at] ?? 0) - score)).toBeLessThan(1e-5 * Math.max(1, score));
    }
  });
});

it('gives up the thread between lines, and stops with the reason of its signal', async () => {
  const vector = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`term${at}`, 1]));
  const lines = Array.from({ length: 10_000 }, (_, at) => JSON.stringify({ id: `d${at}`, vector }));
  const controller = new AbortController();
  const importing = importVectors([{ first: 1, lines }], { name: 'x', fingerprint: 'm', signal: controller.signal });
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));
  await expect(importing).rejects.toBe(reason);
});

describe('lines that are refused, by number', () => {
  it.each([
    '{"id": "b"',
    '[]',
    '{"vector": {}}',
    '{"id": "", "vector": {}}',
    '{"id": "b"}',
    '{"id": "b", "vector": {"tin": -1}}',
    '{"id": "b", "vector": {"tin": "1"}}',
    '{"id": "b", "vector": {"tin": 1e40}}',
    '{"id": "b", "vector": [1]}',
    '{"id": "a", "vector": {}}',
  ])('%s', async (line) => {
    const lines = [{ first: 7, lines: ['{"id": "a", "vector": {"tin": 1}}', line] }];
    await expectRefusal(() => importVectors(lines, { name: 'docs.jsonl', fingerprint: 'm' }), {
      code: 'SLUICE_INVALID_INPUT',
      fields: { source: 'docs.jsonl' },
    });
  });

  it('a query without its tab', async () => {
    const read = async () => {
      for await (const _ of readTopicVectors([{ first: 3, lines: ['q1 tin'] }], 'topics.tsv'));
    };
    await expectRefusal(read, { code: 'SLUICE_INVALID_INPUT', fields: { source: 'topics.tsv', line: 3 } });
  });
});
