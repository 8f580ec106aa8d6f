import { type Matrix, matrix, type Progress, rowOf, unpaced } from '@sluice/core';
import { clusteredVectors, seededNormal } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { barlowTwinsLoss } from './barlow-twins-loss.js';
import { MatrixProducts } from './matrix-products.js';
import { nearestRows } from './nearest-rows.js';
import { neighbourPairs } from './neighbour-pairs.js';
import { trainTldr } from './train-tldr.js';
import { type TwinWeights, twinGradients } from './twin-network.js';

const products = new MatrixProducts();
const OFF_DIAGONAL = 0.3;

function random(rows: number, columns: number, seed: number): Matrix {
  const normal = seededNormal(seed);
  return matrix(
    Float32Array.from({ length: rows * columns }, () => normal()),
    columns,
  );
}

function plainProduct(left: Matrix, right: Matrix): number[] {
  return Array.from({ length: left.rows * right.rows }, (_, at) => {
    const [a, b] = [rowOf(left, Math.floor(at / right.rows)), rowOf(right, at % right.rows)];
    return a.reduce((sum, value, column) => sum + value * (b[column] ?? 0), 0);
  });
}

describe('MatrixProducts', () => {
  it.each([
    [1, 1, 1],
    [5, 3, 7],
    [40, 130, 9],
  ])('multiplies %d x %d by rows of %d', (rows, columns, others) => {
    const [left, right] = [random(rows, columns, 1), random(others, columns, 2)];
    const { data } = unpaced(products.byRows(left, right));
    for (const [at, value] of plainProduct(left, right).entries()) expect(data[at]).toBeCloseTo(value, 4);
  });

  it('adds outer products of rows', () => {
    const [left, right] = [random(6, 3, 1), random(6, 4, 2)];
    const { data } = unpaced(products.outer(left, right));
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 4; column++) {
        let sum = 0;
        for (let at = 0; at < 6; at++) sum += (left.data[at * 3 + row] ?? 0) * (right.data[at * 4 + column] ?? 0);
        expect(data[row * 4 + column]).toBeCloseTo(sum, 5);
      }
    }
  });
});

describe('barlowTwinsLoss', () => {
  const lossOf = (one: Matrix, other: Matrix): number =>
    unpaced(barlowTwinsLoss(products, one, other, OFF_DIAGONAL)).loss;

  it('is 0 for one view whose columns say different things', () => {
    // Columns of a Hadamard matrix: mean 0, of one length, orthogonal. Variances are short of 1 by 1e-5.
    const columns = [1, 2, 4, 7];
    const bits = (value: number): number => value.toString(2).replaceAll('0', '').length;
    const data = Float32Array.from(
      { length: 8 * 4 },
      (_, at) => (-1) ** bits(Math.floor(at / 4) & (columns[at % 4] ?? 0)),
    );
    expect(lossOf(matrix(data, 4), matrix(data, 4))).toBeLessThan(1e-9);
  });

  it('does not change with the scales and means of columns', () => {
    const [one, other] = [random(30, 5, 3), random(30, 5, 4)];
    const scaled = matrix(
      one.data.map((value, at) => 3 ** (at % 5) * value + (at % 5)),
      5,
    );
    // Variances are of 1e-5 more than they are.
    expect(lossOf(scaled, other)).toBeCloseTo(lossOf(one, other), 4);
  });
});

it('twinGradients has the slopes that finite differences have, for every weight', () => {
  const batch = { one: random(12, 6, 1), other: random(12, 6, 2) };
  const weights: TwinWeights = {
    inner: random(4, 6, 3),
    outer: random(3, 4, 4),
    hidden: random(7, 3, 5),
    last: random(5, 7, 6),
  };
  const at = (changed: TwinWeights): number => unpaced(twinGradients(products, changed, batch, OFF_DIAGONAL)).loss;
  const { gradients } = unpaced(twinGradients(products, weights, batch, OFF_DIAGONAL));
  const step = 2e-3;
  for (const layer of ['inner', 'outer', 'hidden', 'last'] as const) {
    const { data } = weights[layer];
    const slopes = Float64Array.from(data, (value, place) => {
      const moved = (by: number): number =>
        at({ ...weights, [layer]: { ...weights[layer], data: data.with(place, value + by) } });
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const size = Math.hypot(...slopes);
    expect(size).toBeGreaterThan(1e-3);
    const error = Math.hypot(...slopes.map((slope, place) => slope - (gradients[layer].data[place] ?? 0)));
    // Losses have seven digits, so that differences over 4e-3 have five at best; kinks of ReLU take some more.
    expect(error / size).toBeLessThan(0.01);
  }
});

describe('neighbours', () => {
  it('are the nearest by brute force, and never the document itself, though a copy of it may be', () => {
    const points = matrix(Float32Array.from([...random(40, 5, 8).data, ...random(1, 5, 8).data]), 5);
    const own = Int32Array.from({ length: 41 }, (_, row) => row);
    const found = unpaced(nearestRows(products, points, points, own, 6));
    for (let row = 0; row < 41; row++) {
      const scores = plainProduct({ data: rowOf(points, row), rows: 1, columns: 5 }, points);
      const order = [...points.data.keys()].slice(0, 41).filter((other) => other !== row);
      order.sort((a, b) => Math.fround(scores[b] ?? 0) - Math.fround(scores[a] ?? 0) || a - b);
      expect([...found.subarray(row * 6, (row + 1) * 6)]).toEqual(order.slice(0, 6));
    }
  });

  it('of training are not held out', () => {
    const vectors = random(60, 4, 2);
    const pairs = unpaced(neighbourPairs(products, vectors, 3, seededUniform(5)));
    expect([pairs.training.rows, pairs.heldOut.rows]).toEqual([54, 6]);
    for (const [at, partner] of pairs.partners.entries()) expect(partner).not.toBe(Math.floor(at / 3));
    const rows = new Set(Array.from({ length: 54 }, (_, row) => rowOf(pairs.training, row).join()));
    for (let row = 0; row < 6; row++) expect(rows).not.toContain(rowOf(pairs.heldOut, row).join());
  });
});

function seededUniform(seed: number): () => number {
  const normal = seededNormal(seed);
  return () => Math.abs(normal()) % 1;
}

describe('trainTldr', () => {
  // Clusters in 4 of 16 columns; the other 12 are louder, and say nothing about neighbours' clusters.
  const signal = clusteredVectors(400, 4, 6).data;
  const noise = seededNormal(3);
  const vectors = matrix(
    Float32Array.from({ length: 400 * 16 }, (_, at) => {
      const [row, column] = [Math.floor(at / 16), at % 16];
      return column < 4 ? 2 * (signal[row * 4 + column] ?? 0) : 0.3 * noise();
    }),
    16,
  );
  const options = { dimensions: 4, projector: 16, batch: 64, epochs: 8, learningRate: 0.01 };

  it('learns to keep neighbours from a random start, and says how', async () => {
    const { map, epochs } = await trainTldr(vectors, { ...options, start: 'random', epochs: 20 });
    expect(map).toMatchObject({ kind: 'tldr', inputs: 16, outputs: 4 });
    const best = Math.max(...epochs.map(({ keptNeighbours }) => keptNeighbours));
    expect(best).toBeGreaterThan(1.3 * (epochs[0]?.keptNeighbours ?? 1));
    expect(epochs.at(-1)?.loss).toBeLessThan(epochs[1]?.loss ?? 0);
  });

  it('gives the same for the same seed', async () => {
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => trainTldr(vectors, { ...options, epochs: 2, seed })),
    );
    expect(again).toEqual(one);
    expect(other?.map.fingerprint).not.toBe(one?.map.fingerprint);
  });

  it('ends when no more neighbours are kept, with the best', async () => {
    const { epochs } = await trainTldr(vectors, { ...options, epochs: 200, patience: 2 });
    expect(epochs.length).toBeLessThan(200);
    const best = epochs.reduce((found, each) => (each.keptNeighbours > found.keptNeighbours ? each : found));
    expect(epochs.at(-1)?.epoch).toBe(best.epoch + 2);
  });

  it('tells progress, and stops at the signal', async () => {
    const seen: Progress[] = [];
    const stop = new AbortController();
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (progress.done === 2) stop.abort(new Error('enough'));
    };
    await expect(trainTldr(vectors, { ...options, onProgress, signal: stop.signal })).rejects.toThrow('enough');
    expect(seen.at(-1)).toMatchObject({ phase: 'training', total: 8, unit: 'epochs' });
    expect(seen.length).toBeLessThan(8);
  });

  it.each([
    {
      why: 'as many dimensions as there are',
      source: vectors,
      changed: { dimensions: 16 },
      code: 'SLUICE_INVALID_OPTIONS',
    },
    { why: 'a sample of a few', source: vectors, changed: { sample: 5 }, code: 'SLUICE_INVALID_OPTIONS' },
    { why: 'few documents', source: matrix(vectors.data.slice(0, 160), 16), changed: {}, code: 'SLUICE_INVALID_INPUT' },
  ])('refuses $why', async ({ source, changed, code }) => {
    await expect(trainTldr(source, { ...options, ...changed })).rejects.toMatchObject({ code });
  });
});
