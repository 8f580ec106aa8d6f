import { gzipSync } from 'node:zlib';
import { InvalidInputError, isSluiceError } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from './byte-source.js';
import { readJsonlDocuments, readJsonlQueries } from './read-jsonl.js';
import { readMsmarcoDocuments } from './read-msmarco.js';
import { readQrels } from './read-qrels.js';
import { readRun } from './read-run.js';
import { readLines } from './text-lines.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const source = (text: string): ByteSource => [bytes(text)];

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

async function linesOf(input: ByteSource, maxLineBytes = 1 << 20): Promise<string[]> {
  const batches = await collect(readLines(input, { maxLineBytes }));
  for (const [at, { first }] of batches.entries()) {
    const before = batches.slice(0, at).reduce((sum, { lines }) => sum + lines.length, 0);
    expect(first).toBe(before + 1);
  }
  return batches.flatMap(({ lines }) => lines);
}

/** The line that the error names. */
async function refusedLine(reading: Promise<unknown>): Promise<number | undefined> {
  const error: unknown = await reading.then(
    () => expect.fail('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidInputError)) throw error;
  expect(isSluiceError(error, 'SLUICE_INVALID_INPUT')).toBe(true);
  return error.line;
}

describe('lines', () => {
  it('are the same however the bytes are cut, plain or gzip', async () => {
    const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\r\n]/g, '')));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), fc.boolean(), async (lines, size, packed) => {
        fc.pre(!(lines[0] ?? '').startsWith('\uFEFF'));
        const plain = bytes(`${lines.join('\n')}\n`);
        const whole = packed ? gzipSync(plain) : plain;
        fc.pre(packed || whole[0] !== 0x1f || whole[1] !== 0x8b);
        const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
          whole.subarray(at * size, (at + 1) * size),
        );
        expect(await linesOf(pieces)).toEqual(lines.length === 0 ? [''] : lines);
      }),
    );
  });

  it('lose their ends and the byte order mark of the first', async () => {
    expect(await linesOf(source('\uFEFFa\r\nb\uFEFF\nc'))).toEqual(['a', 'b\uFEFF', 'c']);
  });

  it('that are too long are refused with their number, before they are held', async () => {
    expect(await refusedLine(linesOf(source(`a\n${'b'.repeat(11)}\nc`), 10))).toBe(2);
    let pieces = 0;
    const endless = (async function* () {
      yield bytes('a\n');
      for (;;) {
        pieces++;
        yield bytes('b'.repeat(1000));
      }
    })();
    expect(await refusedLine(linesOf(endless, 5000))).toBe(2);
    expect(pieces).toBe(6);
  });

  it('that are not UTF-8 are refused with their number', async () => {
    expect(await refusedLine(linesOf([bytes('a\nb\n'), Uint8Array.of(0xc3, 0x28, 0x0a), bytes('d\n')]))).toBe(3);
    expect(await refusedLine(linesOf([Uint8Array.of(0x61, 0x0a, 0xff, 0x0a, 0x62)]))).toBe(2);
  });

  it('are not read from gzip data that are cut off', async () => {
    const packed = gzipSync(bytes('a b c\n'.repeat(1000)));
    await expect(linesOf([packed.subarray(0, packed.length - 5)])).rejects.toThrow(/input: the gzip data are damaged/);
  });

  it('are not read from a file that is not there', async () => {
    await expect(linesOf('no/such/file')).rejects.toThrow('no/such/file: the file cannot be read (ENOENT). Check');
  });

  it('stop when told', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(collect(readLines(source('a'), { maxLineBytes: 10, signal: stop }))).rejects.toThrow('enough');
  });

  it('let timers run while a large file is read', async () => {
    const text = bytes(Array.from({ length: 60_000 }, (_, at) => `q${at % 60} Q0 d${at} 1 1.5 tag\n`).join(''));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await readRun([text]);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});

describe('qrels', () => {
  it('are read in TREC form, with comments and any white space', async () => {
    const qrels = await readQrels(source('# comment\n1 0 a 2\n\n1\t0\tb#1  0 \n 2 0 a -1\r\n'));
    expect([...qrels]).toEqual([
      { queryId: '1', documentId: 'a', grade: 2 },
      { queryId: '1', documentId: 'b#1', grade: 0 },
      { queryId: '2', documentId: 'a', grade: -1 },
    ]);
    expect(qrels.grade('1', 'c')).toBeUndefined();
    expect(qrels.grade('3', 'a')).toBeUndefined();
  });

  it('are read in BEIR form, with a header or without', async () => {
    for (const header of ['query-id\tcorpus-id\tscore\n', '']) {
      const qrels = await readQrels(source(`${header}q 1\tdoc one\t1\nq 1\tdoc two\t0\n`));
      expect(qrels.size).toBe(2);
      expect(qrels.grade('q 1', 'doc one')).toBe(1);
    }
  });

  it.each([
    ['three columns', '1 0 a 1\n1 0 b\n', 2],
    ['five columns', '1 0 a 1\n1 0 b 1 x\n', 2],
    ['a word as grade', '1 0 a 1\n1 0 b high\n', 2],
    ['a fraction', '1 0 a 1\n1 0 b 0.5\n', 2],
    ['a grade that would need gigabytes', '1 0 a 999999\n', 1],
    ['a second judgement', '1 0 a 1\n1 0 b 1\n2 0 a 0\n1 0 a 0\n', 4],
    ['a second header', 'query-id\tcorpus-id\tscore\n1\ta\t1\nquery-id\tcorpus-id\tscore\n', 3],
    ['something else altogether', '{"a": 1}\n', 1],
  ])('with %s are refused', async (_, text, line) => {
    expect(await refusedLine(readQrels(source(text)))).toBe(line);
  });
});

describe('runs', () => {
  it('are put into trec_eval order: score as float32, then document id descending', async () => {
    const run = await readRun(
      source('1 Q0 c 1 1.5 x\n2 Q0 z 1 0.1 x\n1 Q0 a 2 2 x\n1 Q0 b 9 1.5000000001 last words\n'),
    );
    expect(run.idsOf('1')).toEqual(['a', 'c', 'b']);
    expect(run.tag).toBe('last');
    expect([...(run.of('1')?.scores ?? [])]).toEqual([2, 1.5, 1.5000000001]);
    expect((await readRun(source('1 Q0 b 1 1 x\n1 Q0 c 2 9 x\n'), { order: 'given' })).idsOf('1')).toEqual(['b', 'c']);
  });

  it('compare ids by UTF-8 bytes', async () => {
    // U+FF5E sorts below U+1F600 in bytes, and above it in UTF-16 units.
    expect((await readRun(source('1 Q0 \uFF5E 1 1 x\n1 Q0 \u{1F600} 2 1 x\n'))).idsOf('1')).toEqual([
      '\u{1F600}',
      '\uFF5E',
    ]);
  });

  it('know infinite scores', async () => {
    const run = await readRun(source('1 Q0 a 1 -inf x\n1 Q0 b 2 0 x\n1 Q0 c 3 Infinity x\n1 Q0 d 4 inf x\n'));
    expect(run.idsOf('1')).toEqual(['d', 'c', 'b', 'a']);
  });

  it('are read in MS MARCO form, by rank', async () => {
    const run = await readRun(source('5\tb\t2\n5\ta\t1\n5\tc\t10\n'));
    expect(run.idsOf('5')).toEqual(['a', 'b', 'c']);
  });

  it.each([
    ['NaN', '1 Q0 a 1 1 x\n1 Q0 b 2 NaN x\n', 2],
    ['a word as score', '1 Q0 a 1 high x\n', 1],
    ['a document twice', '1 Q0 a 1 3 x\n2 Q0 a 1 3 x\n1 Q0 b 2 2 x\n1 Q0 a 3 1 x\n', 4],
    ['five columns', '1 Q0 a 1 1 x\n1 Q0 a 1 1\n', 2],
    ['a rank that is not whole', '1\ta\t1\n1\tb\t1.5\n', 2],
  ])('with %s are refused', async (_, text, line) => {
    expect(await refusedLine(readRun(source(text)))).toBe(line);
  });
});

describe('collections', () => {
  it('are read from JSON Lines', async () => {
    const text = [
      '{"_id": "a", "title": "T", "text": "x", "metadata": {"year": 2020, "tags": ["p", "q"], "none": null}}',
      '{"id": 7, "text": "y", "title": "", "url": "ignored"}',
      '{"id": "c", "text": "z", "metadata": {"__proto__": "safe"}}',
    ].join('\n');
    const [first, second, third] = await collect(readJsonlDocuments(source(text)));
    expect(first).toEqual({ id: 'a', title: 'T', text: 'x', metadata: { year: 2020, tags: ['p', 'q'], none: null } });
    expect(second).toEqual({ id: '7', text: 'y' });
    expect(Object.entries(third?.metadata ?? {})).toEqual([['__proto__', 'safe']]);
    expect(await collect(readJsonlQueries(source('{"_id": "q", "text": "why?", "metadata": {"deep": {}}}')))).toEqual([
      { id: 'q', text: 'why?' },
    ]);
  });

  it('are read from MS MARCO files', async () => {
    expect(await collect(readMsmarcoDocuments(source('0\tone\ttab\n1\t\n')))).toEqual([
      { id: '0', text: 'one\ttab' },
      { id: '1', text: '' },
    ]);
  });

  it.each([
    ['half an object', '{"id": "a", "text": "x"}\n{"id": "b"', 2],
    ['a list', '[]', 1],
    ['no id', '{"text": "x"}', 1],
    ['an empty id', '{"id": "", "text": "x"}', 1],
    ['no text', '{"id": "a"}', 1],
    ['an id for the second time', '{"id": "a", "text": "x"}\n\n{"id": "a", "text": "y"}', 3],
    ['half of a surrogate pair', '{"id": "a", "text": "\\ud83d"}', 1],
    ['nested metadata', '{"id": "a", "text": "x", "metadata": {"deep": {"er": 1}}}', 1],
  ])('with %s are refused', async (_, text, line) => {
    expect(await refusedLine(collect(readJsonlDocuments(source(text))))).toBe(line);
  });

  it('of MS MARCO form without a tab are refused', async () => {
    expect(await refusedLine(collect(readMsmarcoDocuments(source('0\ta\nb\n'))))).toBe(2);
  });
});
