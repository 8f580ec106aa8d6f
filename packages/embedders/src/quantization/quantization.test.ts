import { readFileSync } from 'node:fs';
import { type Matrix, matrix, type QuantizedMatrix, unpaced } from '@sluice/core';
import { clusteredVectors } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hammingShortlists } from './hamming-shortlists.js';
import { calibrateRanges } from './quantization-ranges.js';
import { quantizeEmbeddings } from './quantize-embeddings.js';
import { rescoreQuantized, type Shortlists } from './rescore-quantized.js';

const base64 = z.string().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const floats = base64.transform((bytes) => new Float32Array(bytes.buffer));
const results = z.array(z.array(z.tuple([z.int(), z.number()])));
const made = z
  .object({
    columns: z.int(),
    documents: floats,
    calibration: floats,
    queries: floats,
    ranges: floats,
    own: z.record(z.string(), base64),
    calibrated: z.record(z.string(), base64),
    given: z.record(z.string(), base64),
    bits: z.record(z.string(), base64),
    searches: z.object({
      topK: z.int(),
      rescoreMultiplier: z.int(),
      columns: z.int(),
      ubinary: results,
      uint8: results,
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/quantization.json', import.meta.url), 'utf8')));

const { columns } = made;
const documents = matrix(made.documents, columns);
const queries = matrix(made.queries, columns);
const given = { minima: made.ranges.slice(0, columns), maxima: made.ranges.slice(columns) };

const bytesOf = ({ data }: QuantizedMatrix): Uint8Array => new Uint8Array(data.buffer);

/** Leading columns. */
function cut({ data, rows, columns: width }: Matrix, kept: number): Matrix {
  return matrix(
    data.filter((_, at) => at % width < kept && Math.floor(at / width) < rows),
    kept,
  );
}

/** The best of each list by score, as the fixture has them. */
function best({ offsets, rows }: Shortlists, scores: Float64Array, topK: number): [number, number][][] {
  return Array.from({ length: offsets.length - 1 }, (_, query) => {
    const places = Array.from(
      { length: (offsets[query + 1] ?? 0) - (offsets[query] ?? 0) },
      (__, at) => (offsets[query] ?? 0) + at,
    );
    const sorted = places.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || (rows[a] ?? 0) - (rows[b] ?? 0));
    return sorted.slice(0, topK).map((place) => [rows[place] ?? 0, scores[place] ?? 0]);
  });
}

function expectResults(found: [number, number][][], expected: [number, number][][], digits: number): void {
  expect(found.map((list) => list.map(([row]) => row))).toEqual(expected.map((list) => list.map(([row]) => row)));
  for (const [query, list] of expected.entries()) {
    for (const [at, [, score]] of list.entries()) expect(found[query]?.[at]?.[1]).toBeCloseTo(score, digits);
  }
}

describe('the codes of sentence-transformers', () => {
  describe.each(['int8', 'uint8'] as const)('%s', (precision) => {
    it.each([
      { why: 'their own ranges', ranges: undefined, expected: made.own },
      {
        why: 'calibrated ranges that they leave',
        ranges: calibrateRanges(matrix(made.calibration, columns)),
        expected: made.calibrated,
      },
      { why: 'given ranges', ranges: given, expected: made.given },
    ])('with $why', async ({ ranges, expected }) => {
      const codes = await quantizeEmbeddings(documents, { precision, ranges });
      expect(bytesOf(codes)).toEqual(expected[precision]);
      expect(codes).toMatchObject({ precision, rows: documents.rows, columns, dimensions: columns });
    });
  });

  it.each(['binary', 'ubinary'] as const)('%s', async (precision) => {
    const codes = await quantizeEmbeddings(documents, { precision });
    expect(bytesOf(codes)).toEqual(made.bits[precision]);
    expect(codes).toMatchObject({ precision, rows: documents.rows, columns: 3, dimensions: columns });
  });

  it('are signed where the name says so', async () => {
    for (const precision of ['int8', 'uint8', 'binary', 'ubinary'] as const) {
      const { data } = await quantizeEmbeddings(documents, { precision });
      expect(data).toBeInstanceOf(precision.startsWith('u') ? Uint8Array : Int8Array);
    }
  });
});

describe('rescoring', () => {
  const { topK, rescoreMultiplier, columns: width } = made.searches;

  // faiss breaks ties of the first stage as it likes; the fixture was made such that none matters.
  it('finds in bits what sentence-transformers finds', async () => {
    const [few, asked] = [cut(documents, width), cut(queries, width)];
    const [codes, query] = await Promise.all(
      [few, asked].map((each) => quantizeEmbeddings(each, { precision: 'ubinary' })),
    );
    if (!codes || !query) throw new Error('no codes');
    const lists = unpaced(hammingShortlists(query, codes, topK * rescoreMultiplier));
    expectResults(best(lists, rescoreQuantized(asked, codes, lists), topK), made.searches.ubinary, 5);
  });

  it('scores bytes as sentence-transformers does', async () => {
    const count = topK * rescoreMultiplier;
    const few = matrix(made.documents.slice(0, count * columns), columns);
    const all = {
      offsets: Uint32Array.from([0, 1, 2, 3, 4], (at) => at * count),
      rows: Uint32Array.from({ length: 4 * count }, (_, at) => at % count),
    };
    const ranges = calibrateRanges(documents);
    for (const precision of ['uint8', 'int8'] as const) {
      const codes = await quantizeEmbeddings(few, { precision, ranges });
      expectResults(best(all, rescoreQuantized(queries, codes, all, ranges), topK), made.searches.uint8, 6);
    }
  });

  it('errs by less than a step a dimension with bytes', async () => {
    const source = matrix(clusteredVectors(40, 32, 3).data, 32);
    const ranges = calibrateRanges(source);
    const codes = await quantizeEmbeddings(source, { precision: 'int8', ranges });
    const all = { offsets: Uint32Array.of(0, 40), rows: Uint32Array.from({ length: 40 }, (_, at) => at) };
    const query = matrix(source.data.slice(0, 32), 32);
    const scores = rescoreQuantized(query, codes, all, ranges);
    let most = 0;
    for (let column = 0; column < 32; column++) {
      most += (Math.abs(query.data[column] ?? 0) * ((ranges.maxima[column] ?? 0) - (ranges.minima[column] ?? 0))) / 255;
    }
    for (let row = 0; row < 40; row++) {
      let exact = 0;
      for (let column = 0; column < 32; column++)
        exact += (query.data[column] ?? 0) * (source.data[row * 32 + column] ?? 0);
      expect(Math.abs((scores[row] ?? 0) - exact)).toBeLessThanOrEqual(most * 1.001);
    }
  });
});

it('hammingShortlists has the nearest by counting bits one at a time', async () => {
  const cases = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    rows: fc.integer({ min: 0, max: 30 }),
    count: fc.integer({ min: 1, max: 35 }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ width, rows, count, seed }) => {
      const source = matrix(clusteredVectors(rows + 2, width, seed).data, width);
      for (const precision of ['binary', 'ubinary'] as const) {
        const codes = await quantizeEmbeddings(source, { precision });
        const { rows: found } = unpaced(hammingShortlists({ ...codes, rows: 1 }, codes, count));
        const distance = (row: number): number =>
          Array.from({ length: width }, (_, column) => column).filter(
            (column) => (source.data[column] ?? 0) > 0 !== (source.data[row * width + column] ?? 0) > 0,
          ).length;
        const order = Array.from({ length: source.rows }, (_, row) => row).sort(
          (a, b) => distance(a) - distance(b) || a - b,
        );
        expect([...found]).toEqual(order.slice(0, count));
      }
    }),
    { numRuns: 40 },
  );
});

describe('what is refused', () => {
  const few = matrix(Float32Array.of(1, 2, 3, 4), 2);

  it.each([
    { why: 'ranges of one vector', vectors: matrix(Float32Array.of(1, 2), 2), options: { precision: 'int8' as const } },
    { why: 'ranges of another width', vectors: few, options: { precision: 'int8' as const, ranges: given } },
    {
      why: 'ranges upside down',
      vectors: few,
      options: {
        precision: 'uint8' as const,
        ranges: { minima: Float32Array.of(1, 1), maxima: Float32Array.of(2, 0) },
      },
    },
    {
      why: 'numbers that are not finite',
      vectors: matrix(Float32Array.of(1, 2, Number.NaN, 4), 2),
      options: { precision: 'int8' as const },
    },
  ])('$why', async ({ vectors, options }) => {
    await expect(quantizeEmbeddings(vectors, options)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
  });

  it('an unknown precision, ranges for bits, bytes without ranges, and rows that are not there', async () => {
    const refused = { code: 'SLUICE_INVALID_OPTIONS' };
    await expect(quantizeEmbeddings(few, Object({ precision: 'int4' }))).rejects.toMatchObject(refused);
    const ranges = calibrateRanges(few);
    await expect(quantizeEmbeddings(few, { precision: 'binary', ranges })).rejects.toMatchObject(refused);
    const codes = await quantizeEmbeddings(few, { precision: 'int8', ranges });
    const one = { offsets: Uint32Array.of(0, 1, 1), rows: Uint32Array.of(2) };
    expect(() => rescoreQuantized(few, codes, one)).toThrow(expect.objectContaining(refused));
    expect(() => rescoreQuantized(few, codes, one, ranges)).toThrow(/row 2/);
    expect(() => unpaced(hammingShortlists(codes, codes, 1))).toThrow(/binary/);
    await expect(
      quantizeEmbeddings(few, { precision: 'int8', signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop');
  });
});
