import { matrix } from '@sluice/core';
import { clusteredVectors, exactIndex, neighboursOf, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { expectDamageIsHandled } from '../fixtures/damaged-saves.js';
import { flatIndex } from '../flat/flat-index.js';
import { ivfIndex, loadIvfIndex } from '../ivf/ivf-index.js';
import { sliceOf } from '../ivf/list-search.js';
import { adannsIvf } from './adanns-ivf.js';

// The kit's vectors are not nested: every column says as much, so a shortlist by slices must be long.
const most = (dimensions: number) => (dimensions > 8 ? 8 * Math.floor((dimensions - 1) / 8) : dimensions);
testVectorIndex(
  'adannsIvf',
  {
    create: (shape) => {
      const widths = { clusterWidth: most(shape.dimensions), scanWidth: most(shape.dimensions) };
      return adannsIvf({ ...shape, ...widths, trainAbove: 5, lists: 4, nprobe: 2, shortlist: 300 });
    },
    load: loadIvfIndex,
  },
  { recall: 0.9 },
);

const WIDTH = 40;
const ROWS = 1200;
const vectors = nested(ROWS, 1);
const queries = nested(30, 2);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => (row * 7) % 8191);

describe.each(['cosine', 'dot', 'euclidean'] as const)('adannsIvf, %s', (similarity) => {
  const shape = { dimensions: WIDTH, similarity };

  it('is plain IVF with both widths at all dimensions', () => {
    const [whole, plain] = [
      { clusterWidth: WIDTH, scanWidth: WIDTH },
      { lists: 20, nprobe: 3 },
    ];
    const found = filled(adannsIvf({ ...shape, ...whole, ...plain })).search(queries, { topK: 10 });
    expect(found).toEqual(filled(ivfIndex({ ...shape, ...plain })).search(queries, { topK: 10 }));
  });

  it.each([8, 16])('equals flat over slices of %d when every list is probed and slices rank', (scanWidth) => {
    const settings = { lists: 20, nprobe: 20, shortlist: 0 };
    const index = filled(adannsIvf({ ...shape, ...settings, clusterWidth: 8, scanWidth }));
    const slices = exactIndex({ ...shape, dimensions: scanWidth });
    slices.add(ordinals, sliced(vectors, scanWidth));
    const found = index.search(queries, { topK: 10 });
    const truth = slices.search(sliced(queries, scanWidth), { topK: 10 });
    expect([...found.ordinals]).toEqual([...truth.ordinals]);
    for (const [at, score] of found.scores.entries()) {
      // Forty float32 roundings of numbers up to 1,000.
      expect(Math.abs(score - (truth.scores[at] ?? Number.NaN))).toBeLessThan(1e-5 * Math.max(1, Math.abs(score)));
    }
  });

  it('changes widths for a search: what was built whole answers as what was built narrow', () => {
    const settings = { lists: 20, nprobe: 20, shortlist: 0 };
    const whole = filled(adannsIvf({ ...shape, ...settings, clusterWidth: WIDTH, scanWidth: WIDTH }));
    const narrow = filled(adannsIvf({ ...shape, ...settings, clusterWidth: 8, scanWidth: 16 }));
    const widths = { clusterWidth: 8, scanWidth: 16 };
    expect(whole.searchAt(queries, widths, { topK: 10 })).toEqual(narrow.search(queries, { topK: 10 }));
    expect(whole.searchAt(queries, { clusterWidth: WIDTH, scanWidth: WIDTH }, { topK: 10 })).toEqual(
      whole.search(queries, { topK: 10 }),
    );
  });

  it('finds more when lists are chosen by more columns, and again by whole vectors', () => {
    const flat = filled(flatIndex(shape));
    const truth = flat.search(queries, { topK: 10 });
    const index = filled(adannsIvf({ ...shape, clusterWidth: 16, scanWidth: 8, lists: 20, nprobe: 20 }));
    const byList = (shortlist: number) => {
      const settings = { clusterWidth: 16, scanWidth: 8, lists: 20, nprobe: 20, shortlist };
      return recallOf(filled(adannsIvf({ ...shape, ...settings })).search(queries, { topK: 10 }), truth);
    };
    const recalls = [byList(0), byList(20), byList(100)];
    expect(recalls).toEqual(recalls.toSorted((a, b) => a - b));
    expect(recalls[2]).toBeGreaterThan(recalls[0] ?? 1);
    const asked = index.search(queries, { topK: 10, recall: 0.95 });
    expect(recallOf(asked, truth)).toBeGreaterThanOrEqual(0.95);
    for (let row = 0; row < queries.rows; row++) {
      const { ordinals: found, scores } = neighboursOf(asked, row);
      const one = matrix(queries.data.slice(row * WIDTH, (row + 1) * WIDTH), WIDTH);
      expect(flat.score(one, Uint32Array.of(0, found.length), found)).toEqual(scores);
    }
  });

  it('handles whatever is done to what it saved', () => {
    const index = adannsIvf({ ...shape, clusterWidth: 8, scanWidth: 16, lists: 5, trainAbove: 10 });
    index.add(ordinals.subarray(0, 60), matrix(vectors.data.slice(0, 60 * WIDTH), WIDTH));
    expectDamageIsHandled(index.save(), loadIvfIndex, queries);
  });
});

it('has slices of unit length under cosine, and leaves zeros', () => {
  for (const width of [8, 16, 40]) {
    const slice = sliceOf(vectors.data.subarray(0, WIDTH), width, 'cosine');
    expect(slice.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
  }
  expect([...sliceOf(new Float32Array(16), 8, 'cosine')]).toEqual(Array(8).fill(0));
});

it('compares slices as they are now, after vectors came, went and moved to other rows', () => {
  const settings = { clusterWidth: 8, scanWidth: 8, lists: 10, nprobe: 10, shortlist: 0, trainAbove: 100 };
  const make = () => adannsIvf({ dimensions: WIDTH, similarity: 'cosine', ...settings });
  const [index, fresh] = [filled(make()), make()];
  index.search(queries, { topK: 10 });
  index.remove(ordinals.subarray(0, 500));
  index.add(ordinals.subarray(100, 200), matrix(vectors.data.slice(0, 100 * WIDTH), WIDTH));
  fresh.add(ordinals.subarray(500), matrix(vectors.data.slice(500 * WIDTH), WIDTH));
  fresh.add(ordinals.subarray(100, 200), matrix(vectors.data.slice(0, 100 * WIDTH), WIDTH));
  expect(index.search(queries, { topK: 10 })).toEqual(fresh.search(queries, { topK: 10 }));
});

it('finds vectors whose slices are zero, after the others', () => {
  const index = adannsIvf({ dimensions: 16, similarity: 'cosine', clusterWidth: 8, scanWidth: 8, shortlist: 0 });
  const data = new Float32Array(32);
  data[0] = 1;
  data[31] = 1;
  index.add(Uint32Array.of(1, 2), matrix(data, 16));
  const found = index.search(matrix(new Float32Array(16).fill(1), 16), { topK: 5 });
  expect([...found.ordinals]).toEqual([1, 2]);
  expect(found.scores[1]).toBe(0);
});

it.each([
  { why: 'slices that are no whole steps', widths: { clusterWidth: 12, scanWidth: 16 }, path: 'clusterWidth' },
  { why: 'slices longer than the vectors', widths: { clusterWidth: 8, scanWidth: 48 }, path: 'scanWidth' },
])('refuses $why, when it is made and when it is searched', ({ widths, path }) => {
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
  const refusal = expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path });
  expect(() => adannsIvf({ ...shape, ...widths })).toThrow(refusal);
  const index = filled(adannsIvf({ ...shape, clusterWidth: 8, scanWidth: 16 }));
  expect(() => index.searchAt(queries, widths, { topK: 1 })).toThrow(refusal);
  expect(() => index.searchAt(queries, { clusterWidth: 16, scanWidth: 16 }, { topK: 1 })).toThrow(
    expect.objectContaining({ path: 'clusterWidth' }),
  );
});

/** Vectors whose leading columns say the most, as Matryoshka models make them. */
function nested(rows: number, seed: number): ReturnType<typeof matrix> {
  const { data } = clusteredVectors(rows, WIDTH, seed);
  return matrix(
    data.map((value, at) => value / Math.sqrt(1 + (at % WIDTH))),
    WIDTH,
  );
}

function sliced({ data, columns, rows }: ReturnType<typeof matrix>, width: number): ReturnType<typeof matrix> {
  const slices = Float32Array.from({ length: rows * width }, (_, at) => {
    return data[Math.floor(at / width) * columns + (at % width)] ?? 0;
  });
  return matrix(slices, width);
}

function filled<Index extends { add: ReturnType<typeof flatIndex>['add'] }>(index: Index): Index {
  index.add(ordinals, vectors);
  return index;
}
