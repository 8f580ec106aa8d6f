import { readFileSync } from 'node:fs';
import { type DocumentSpace, idSpace } from '@sluice/core';
import { expectRefusal, forAll } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import type { Bm25Index } from '../bm25/bm25-index.js';
import { Bm25IndexBuilder } from '../bm25/bm25-index-builder.js';
import { saveBm25 } from '../bm25/saved-bm25.js';
import { importCiff } from './import-ciff.js';
import { readCiff } from './read-ciff.js';
import { writeCiff } from './write-ciff.js';

const analyzer = englishAnalyzer();
const fixture = new URL('./fixtures/tiny.ciff', import.meta.url);

it("reads what Google's protobuf wrote", async () => {
  const parts = [];
  for await (const part of readCiff([readFileSync(fixture)], 'tiny.ciff')) parts.push(part);
  expect(parts).toEqual([
    {
      kind: 'header',
      header: {
        postingsLists: 2,
        documents: 3,
        totalPostingsLists: 2,
        totalDocuments: 3,
        totalTerms: 505,
        averageLength: 168.25,
        description: 'made by hand',
      },
    },
    { kind: 'postings', term: 'b\u00e4r', ordinals: Uint32Array.of(0, 2), frequencies: Uint32Array.of(1, 300) },
    { kind: 'postings', term: 'tin', ordinals: Uint32Array.of(1), frequencies: Uint32Array.of(204) },
    { kind: 'document', ordinal: 0, id: 'a', length: 1 },
    { kind: 'document', ordinal: 1, id: '\u6f22', length: 204 },
    { kind: 'document', ordinal: 2, id: 'c', length: 300 },
  ]);
});

it("writes it as Google's protobuf does", async () => {
  const { index, ids, description } = await importCiff([readFileSync(fixture)], { name: 'tiny.ciff', analyzer });
  const written = Buffer.concat(await all(writeCiff({ index, space: idSpace(ids), description })));
  // Lengths went through one byte, and the average is that of the terms: the fixture has its own.
  const parts = await all(readCiff([written], 'written'));
  const expected = await all(readCiff([readFileSync(fixture)], 'tiny.ciff'));
  expect(parts.slice(1, 3)).toEqual(expected.slice(1, 3));
  const postings = (bytes: Buffer): Buffer => bytes.subarray(bytes.indexOf('b\u00e4r') - 3, bytes.indexOf('tin') + 3);
  expect(postings(written)).toEqual(postings(readFileSync(fixture)));
});

it('gives back every index, in pieces of any size', async () => {
  const word = fc.oneof(
    fc.constantFrom('iron', 'tin', 'zinc'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  );
  const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
  const cases = fc.record({ texts: fc.array(text, { maxLength: 30 }), piece: fc.integer({ min: 1, max: 90 }) });
  await forAll(cases, { runs: 200 }, async ({ texts, piece }) => {
    const { index, space } = indexOf(texts);
    const bytes = Buffer.concat(await all(writeCiff({ index, space })));
    const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
      bytes.subarray(at * piece, (at + 1) * piece),
    );
    const read = await importCiff(pieces, { name: 'index.ciff', analyzer });
    expect(read.ids).toEqual(texts.map((_, at) => `d${at}`));
    expect(read.description).toBe('Sluice, analyzer english/lucene-9.9');
    expect(saveBm25(read.index)).toEqual(saveBm25(index));
  });
});

it('sorts the terms of exporters that do not', async () => {
  const bytes = file({ lists: [list('tin', [[0, 1]]), list('brass', [[0, 2]])], documents: [document(0, 'a', 3)] });
  const { index } = await importCiff([bytes], { name: 'x', analyzer });
  expect([0, 1].map((at) => index.terms.termAt(at))).toEqual(['brass', 'tin']);
  expect(index.postingsOf(0)).toMatchObject({ ordinals: Uint32Array.of(0) });
});

describe('hostile files', () => {
  const whole = {
    lists: [
      list('tin', [
        [0, 1],
        [1, 2],
      ]),
    ],
    documents: [document(0, 'a', 1), document(1, 'b', 2)],
  };
  const refused = (bytes: Uint8Array, problem: RegExp) =>
    expectRefusal(() => importCiff([bytes], { name: 'some.ciff', analyzer }), {
      code: 'SLUICE_INVALID_INPUT',
      fields: { source: 'some.ciff', message: expect.stringMatching(problem) },
    });

  it('are refused wherever they are cut off', async () => {
    const bytes = file(whole);
    for (let length = 0; length < bytes.length; length++) await refused(bytes.subarray(0, length), /it ends/);
    await expect(importCiff([bytes], { name: 'x', analyzer })).resolves.toMatchObject({ ids: ['a', 'b'] });
  });

  it.each([
    [
      'a length of 2 GB',
      Buffer.concat([header({ lists: 1, documents: 1 }), Buffer.of(0xff, 0xff, 0xff, 0xff, 7)]),
      /ends/,
    ],
    ['a length of 2^63', Buffer.concat([header({}), Buffer.of(...Array(9).fill(0xff), 0x7f)]), /more than the header/],
    ['a header of 1 GB', Buffer.of(0x80, 0x80, 0x80, 0x80, 4), /header claims 1073741824 bytes/],
    [
      'a negative gap',
      file({
        ...whole,
        lists: [
          list('tin', [
            [1, 1],
            [-1, 1],
          ]),
        ],
      }),
      /gap is -1,/,
    ],
    [
      'a document twice',
      file({
        ...whole,
        lists: [
          list('tin', [
            [1, 1],
            [0, 1],
          ]),
        ],
      }),
      /twice/,
    ],
    ['a document that is not there', file({ ...whole, lists: [list('tin', [[2, 1]])] }), /document 2 of 2/],
    ['a frequency of 0', file({ ...whole, lists: [list('tin', [[0, 0]])] }), /no frequency/],
    ['a negative frequency', file({ ...whole, lists: [list('tin', [[0, -5]])] }), /frequency is -5,/],
    ['a wrong document frequency', file({ ...whole, lists: [list('tin', [[0, 1]], { df: 2 })] }), /says 2 and 1/],
    ['a wrong collection frequency', file({ ...whole, lists: [list('tin', [[0, 1]], { cf: 9 })] }), /says 1 and 9/],
    ['no term', file({ ...whole, lists: [list('', [[0, 1]])] }), /no term/],
    ['a term twice', file({ ...whole, lists: [list('tin', [[0, 1]]), list('tin', [[1, 1]])] }), /two lists/],
    ['a term of more than 1 MB', file({ ...whole, lists: [list('t'.repeat(2 ** 20 + 1), [[0, 1]])] }), /a term claims/],
    ['a term that is not UTF-8', file({ ...whole, lists: [list(Buffer.of(0xff), [[0, 1]])] }), /not UTF-8/],
    [
      'documents out of order',
      file({ ...whole, documents: [document(1, 'b', 2), document(0, 'a', 1)] }),
      /says that it is 1/,
    ],
    ['a document without id', file({ ...whole, documents: [document(0, '', 1), document(1, 'b', 2)] }), /no id/],
    ['a negative length', file({ ...whole, documents: [document(0, 'a', -1), document(1, 'b', 2)] }), /length is -1/],
    [
      'postings of an empty document',
      file({ ...whole, documents: [document(0, 'a', 0), document(1, 'b', 2)] }),
      /length 0/,
    ],
    ['too few terms', file({ ...whole, totalTerms: 2 }), /has 2 terms/],
    ['more lists than announced', file({ ...whole, announced: { lists: 0 } }), /document 0/],
    ['fewer documents than announced', file({ ...whole, announced: { documents: 3 } }), /ends before document 2 of 3/],
    [
      'more documents than announced',
      file({ ...whole, announced: { documents: 1 }, lists: [] }),
      /more than the header/,
    ],
    ['another version', file({ ...whole, version: 2 }), /version 2/],
    ['something else', Buffer.from('PK\u0003\u0004 a zip file, say, that somebody named wrongly'), /./],
  ])('are refused for %s', (_, bytes, problem) => refused(bytes, problem));

  it('have terms of 1 MB read, and fields that are not known passed over', async () => {
    const term = 't'.repeat(2 ** 20);
    const unknown = Buffer.concat([
      field(9, 2, Buffer.from('?')),
      field(10, 0, 7),
      field(11, 5, Buffer.alloc(4)),
      field(12, 1, Buffer.alloc(8)),
    ]);
    const long = list(term, [[0, 1]], { also: unknown });
    const { index } = await importCiff([file({ ...whole, lists: [long] })], { name: 'x', analyzer });
    expect(index.documentFrequency(term)).toBe(1);
  });

  it('have fields that are not known passed over however long they are, as the bytes come', async () => {
    const unknown = Buffer.concat([field(9, 2, Buffer.alloc(300_000))]);
    const bytes = file({ ...whole, lists: [list('tin', [[0, 1]], { also: unknown })] });
    const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, at) =>
      bytes.subarray(at * 1000, (at + 1) * 1000),
    );
    const { index } = await importCiff(pieces, { name: 'x', analyzer });
    expect(index.documentFrequency('tin')).toBe(1);
    await refused(bytes.subarray(0, 200_000), /it ends within list 0/);
  });

  it('with any bytes changed give an index or a refusal', async () => {
    const bytes = file(whole);
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await forAll(changes, { runs: 1000 }, async (list) => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of list) changed[at] = value;
      try {
        const { index } = await importCiff([changed], { name: 'x', analyzer });
        for (let term = 0; term < index.terms.size; term++) {
          for (const ordinal of index.postingsOf(term).ordinals) expect(ordinal).toBeLessThan(index.size);
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
      }
    });
  });

  it('are left at once when the signal fires', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const reading = importCiff([file(whole)], { name: 'x', analyzer, signal: controller.signal });
    await expect(reading).rejects.toThrow('enough');
  });
});

function indexOf(texts: readonly string[]): { index: Bm25Index; space: DocumentSpace } {
  const builder = new Bm25IndexBuilder(analyzer);
  for (const [ordinal, text] of texts.entries()) builder.add(ordinal, text);
  return { index: builder.build(), space: idSpace(texts.map((_, at) => `d${at}`)) };
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

// Protobuf by BigInt, field by field: another writer than the one under test.

function varint(value: number): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.of(...bytes, Number(rest));
}

function field(number: number, wire: number, value: number | Uint8Array): Buffer {
  const tag = varint(number * 8 + wire);
  if (typeof value === 'number') return Buffer.concat([tag, varint(value)]);
  return wire === 2 ? Buffer.concat([tag, varint(value.length), value]) : Buffer.concat([tag, value]);
}

function message(...fields: Buffer[]): Buffer {
  const body = Buffer.concat(fields);
  return Buffer.concat([varint(body.length), body]);
}

function header({ version = 1, lists = 0, documents = 0, totalTerms = 100 }): Buffer {
  const counts = [version, lists, documents, lists, documents, totalTerms];
  return message(...counts.map((count, at) => field(at + 1, 0, count)));
}

function list(
  term: string | Uint8Array,
  postings: readonly (readonly [gap: number, frequency: number])[],
  {
    df = postings.length,
    cf = postings.reduce((sum, [, frequency]) => sum + frequency, 0),
    also = Buffer.alloc(0),
  } = {},
): Buffer {
  const pairs = postings.map(([gap, frequency]) =>
    field(4, 2, Buffer.concat([field(1, 0, gap), field(2, 0, frequency)])),
  );
  return message(field(1, 2, Buffer.from(term)), field(2, 0, df), field(3, 0, cf), also, ...pairs);
}

function document(ordinal: number, id: string, length: number): Buffer {
  return message(field(1, 0, ordinal), field(2, 2, Buffer.from(id)), field(3, 0, length));
}

interface FileParts {
  readonly lists: readonly Buffer[];
  readonly documents: readonly Buffer[];
  readonly announced?: { readonly lists?: number; readonly documents?: number };
  readonly version?: number;
  readonly totalTerms?: number;
}

function file({ lists, documents, announced = {}, ...rest }: FileParts): Buffer {
  const counts = { lists: lists.length, documents: documents.length, ...announced, ...rest };
  return Buffer.concat([header(counts), ...lists, ...documents]);
}
