import { KernelMemory, type Points } from '@sluice/kernels';
import { clusteredVectors } from '@sluice/testing';
import { expect, it } from 'vitest';
import { ProductQuantizer, partStarts } from './product-quantizer.js';
import { trainCodebooks } from './train-codebooks.js';

const memory = new KernelMemory();

it.each([
  { width: 8, parts: 3, starts: [0, 2, 5, 8] },
  { width: 5, parts: 5, starts: [0, 1, 2, 3, 4, 5] },
  { width: 7, parts: 1, starts: [0, 7] },
])('divides $width columns among $parts parts', ({ width, parts, starts }) => {
  expect([...partStarts(width, parts)]).toEqual(starts);
});

it.each([
  { width: 12, parts: 3 },
  { width: 17, parts: 4 },
  { width: 3, parts: 3 },
])('scores by tables what decoding and comparing scores: $width columns, $parts parts', ({ width, parts }) => {
  const points = pointsOf(500, width, 1);
  const quantizer = trained(points, parts, 5);
  const codes = quantizer.encode(points);
  const tables = memory.allocate(parts * 1024);
  for (const metric of ['dot', 'euclidean'] as const) {
    for (let query = 0; query < 10; query++) {
      const vector = pointsOf(10, width, 2).data.subarray(query * width, (query + 1) * width);
      quantizer.fillTables(vector, metric, tables);
      const table = tables.float32(0, parts * 256);
      for (let row = 0; row < 50; row++) {
        const code = codes.subarray(row * parts, (row + 1) * parts);
        const summed = code.reduce((sum, word, part) => sum + (table[part * 256 + word] ?? 0), 0);
        const decoded = quantizer.decode(code);
        const direct = decoded.reduce((sum, value, at) => {
          const asked = vector[at] ?? 0;
          return sum + (metric === 'dot' ? value * asked : -((value - asked) ** 2));
        }, 0);
        // Sums of 17 float32 products of numbers up to 4.
        expect(Math.abs(summed - direct)).toBeLessThan(1e-4);
      }
    }
  }
});

it('gives each part the nearest of its codewords', () => {
  const points = pointsOf(300, 6, 3);
  const quantizer = trained(points, 2, 3);
  const codes = quantizer.encode(points);
  for (let row = 0; row < 300; row++) {
    const code = codes.slice(row * 2, row * 2 + 2);
    const own = distance(points, row, quantizer.decode(code));
    for (const [part, word] of [
      [0, 3],
      [1, 77],
      [0, 200],
      [1, 255],
    ] as const) {
      const other = code.slice();
      other[part] = word;
      expect(own).toBeLessThanOrEqual(distance(points, row, quantizer.decode(other)) + 1e-5);
    }
  }
});

it('loses less with more parts, and nothing with a codeword for every point', () => {
  const points = pointsOf(600, 12, 4);
  const losses = [1, 2, 4, 12].map((parts) => lossOf(points, trained(points, parts, 8)));
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
  const few = pointsOf(200, 12, 4);
  expect(lossOf(few, trained(few, 3, 8))).toBe(0);
});

function trained(points: Points, parts: number, iterations: number): ProductQuantizer {
  const codebooks = trainCodebooks(points, { memory, parts, iterations, seeding: 'sample', seed: 1 });
  return new ProductQuantizer(memory, codebooks, parts);
}

function lossOf(points: Points, quantizer: ProductQuantizer): number {
  const codes = quantizer.encode(points);
  let sum = 0;
  for (let row = 0; row < points.count; row++) {
    const code = codes.subarray(row * quantizer.parts, (row + 1) * quantizer.parts);
    sum += distance(points, row, quantizer.decode(code));
  }
  return sum / points.count;
}

function distance({ data, stride }: Points, row: number, vector: Float32Array): number {
  return vector.reduce((sum, value, column) => sum + (value - (data[row * stride + column] ?? 0)) ** 2, 0);
}

function pointsOf(count: number, width: number, seed: number): Points {
  return { data: clusteredVectors(count, width, seed).data, count, stride: width, from: 0, width };
}
