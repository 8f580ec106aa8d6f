import { type Matrix, matrix, type Progress, paced, rowOf } from '@sluice/core';
import { memoryDirectory, readContainer, writeContainer } from '@sluice/files';
import { clusteredVectors, hashedEmbedder, testEmbedder } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { fitRotation } from './fit-rotation.js';
import { type LinearMap, linearMap } from './linear-map.js';
import { mapRows } from './map-rows.js';
import { rotatedEmbedder } from './rotated-embedder.js';
import { loadLinearMap, saveLinearMap } from './saved-linear-map.js';

const words = ['river', 'weir', 'lock', 'boat', 'dam', 'bread', 'yeast', 'dough', 'rise', 'level'];
const documents = Array.from({ length: 60 }, (_, at) => `${words[at % 10]} ${words[(at * 7 + 3) % 10]} ${at % 4}`);
const fitted = await fitRotation({ embedder: hashedEmbedder(), documents });

testEmbedder('rotatedEmbedder', () => rotatedEmbedder(hashedEmbedder(), fitted, { dimensions: 6 }), {
  others: [
    () => rotatedEmbedder(hashedEmbedder(), fitted),
    async () => rotatedEmbedder(hashedEmbedder(), await fitRotation(vectors(50, 16)), { dimensions: 6 }),
    () => hashedEmbedder({ dimensions: 6 }),
  ],
});
testEmbedder('rotatedEmbedder, inner products', () =>
  rotatedEmbedder(hashedEmbedder({ similarity: 'dot' }), fitted, { dimensions: 9 }),
);

/** Clusters whose columns matter less and less, then mixed: leading columns say little as they are. */
function vectors(rows: number, width: number): Matrix {
  const { data } = clusteredVectors(rows, width, 5);
  const mixed = data.map((_, at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    let sum = 0;
    for (let from = 0; from < width; from++) {
      sum += (Math.cos((column + 1) * (from + 0.5)) * (data[row * width + from] ?? 0)) / (1 + from);
    }
    return sum;
  });
  return matrix(mixed, width);
}

const imagesOf = (source: Matrix, map: LinearMap, width: number): Promise<Matrix> =>
  paced(mapRows(source, map, width, 'own'));

const energy = (data: Float32Array): number => data.reduce((sum, value) => sum + value * value, 0);

function dot(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}

describe('fitRotation', () => {
  it('keeps every inner product at full width', async () => {
    const source = vectors(40, 12);
    const images = await imagesOf(source, await fitRotation(source), 12);
    for (let one = 0; one < 40; one++) {
      for (let other = 0; other < one; other++) {
        // float32 images: seven digits.
        expect(dot(rowOf(images, one), rowOf(images, other))).toBeCloseTo(
          dot(rowOf(source, one), rowOf(source, other)),
          5,
        );
      }
    }
  });

  it('keeps more of the lengths in leading dimensions than the axes do, or any other rotation of theirs', async () => {
    const source = vectors(200, 12);
    const rotation = await fitRotation(source);
    const other = await fitRotation(vectors(30, 12), { seed: 9 });
    for (const width of [1, 3, 6, 11]) {
      const kept = energy((await imagesOf(source, rotation, width)).data);
      const plain = energy(Float32Array.from(source.data.filter((_, at) => at % 12 < width)));
      const elsewhere = energy((await imagesOf(source, other, width)).data);
      expect(kept).toBeGreaterThan(Math.max(plain, elsewhere));
    }
  });

  it('is not moved by vectors that all point one way: they are the first dimension', async () => {
    const same = Float32Array.from({ length: 30 * 4 }, (_, at) => [0.5, 0.5, 0.5, -0.5][at % 4] ?? 0);
    const { weights } = await fitRotation(matrix(same, 4));
    for (const [at, value] of [0.5, 0.5, 0.5, -0.5].entries()) expect(weights[at]).toBeCloseTo(value, 6);
  });

  it('gives the same for the same seed, and fits on as many as were asked for', async () => {
    const source = vectors(300, 8);
    const one = await fitRotation(source, { sample: 50, seed: 3 });
    expect(await fitRotation(source, { sample: 50, seed: 3 })).toEqual(one);
    expect((await fitRotation(source, { sample: 50, seed: 4 })).fingerprint).not.toBe(one.fingerprint);
    let asked = 0;
    const embedder = hashedEmbedder();
    const counting = {
      ...embedder,
      encodeDocuments: (texts: typeof documents, call?: object) => {
        asked += texts.length;
        return embedder.encodeDocuments(texts, call);
      },
    };
    await fitRotation({ embedder: counting, documents }, { sample: 20 });
    expect(asked).toBe(20);
  });

  it('tells progress, stops at the signal, and lets others run meanwhile', async () => {
    const seen: Progress[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await fitRotation(vectors(400, 96), { onProgress: (progress) => seen.push(progress) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(seen.at(-1)).toEqual({ phase: 'fitting', done: 2, total: 2, unit: 'steps' });
    const stop = new AbortController();
    const work = fitRotation(vectors(400, 96), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(work).rejects.toThrow('enough');
  });

  it.each([
    { why: 'no document', source: matrix(new Float32Array(0), 4), options: {}, code: 'SLUICE_INVALID_INPUT' },
    {
      why: 'a number that is not finite',
      source: matrix(Float32Array.of(1, Number.NaN), 2),
      options: {},
      code: 'SLUICE_INVALID_INPUT',
    },
    { why: 'a sample of none', source: vectors(4, 4), options: { sample: 0 }, code: 'SLUICE_INVALID_OPTIONS' },
  ])('refuses $why', async ({ source, options, code }) => {
    await expect(fitRotation(source, options)).rejects.toMatchObject({ code });
  });
});

describe('rotatedEmbedder', () => {
  it('cuts the rotated row of the model and brings it back to length 1', async () => {
    const [embedder, texts] = [hashedEmbedder(), ['a weir in the river', '']];
    const full = await embedder.encodeQueries(texts);
    const images = await imagesOf(full, fitted, 5);
    const rows = await rotatedEmbedder(embedder, fitted, { dimensions: 5 }).encodeQueries(texts);
    for (const [at, value] of rows.data.entries()) {
      const image = rowOf(images, Math.floor(at / 5));
      expect(value).toBeCloseTo((image[at % 5] ?? 0) / Math.sqrt(energy(image)), 6);
    }
  });

  it('refuses a map for vectors of another width, too many dimensions, and what keeps no lengths for inner products', async () => {
    const refused = { code: 'SLUICE_INVALID_OPTIONS' };
    expect(() => rotatedEmbedder(hashedEmbedder({ dimensions: 8 }), fitted)).toThrow(expect.objectContaining(refused));
    expect(() => rotatedEmbedder(hashedEmbedder(), fitted, { dimensions: 17 })).toThrow(
      expect.objectContaining(refused),
    );
    const loose = await linearMap({ kind: 'tldr', inputs: 16, outputs: 1 }, new Float32Array(16).fill(1));
    expect(() => rotatedEmbedder(hashedEmbedder({ similarity: 'dot' }), loose)).toThrow(
      expect.objectContaining(refused),
    );
  });

  it('closes the embedder underneath', async () => {
    const embedder = hashedEmbedder();
    await rotatedEmbedder(embedder, fitted).close?.();
    await expect(embedder.encodeQueries(['x'])).rejects.toMatchObject({ code: 'SLUICE_CLOSED_EMBEDDER' });
  });
});

describe('a saved map', () => {
  it('comes back from its container as it was', async () => {
    const directory = memoryDirectory();
    await writeContainer(directory, 'map', saveLinearMap(fitted));
    expect(await loadLinearMap(await readContainer(directory, 'map'))).toEqual(fitted);
  });

  it.each([
    { why: 'another kind', change: { kind: 'flat' } },
    { why: 'a later version', change: { version: 2 } },
    { why: 'no header', change: { header: {} } },
    { why: 'a shape that the weights do not have', change: { header: { kind: 'rotation', inputs: 16, outputs: 15 } } },
    { why: 'more outputs than inputs', change: { header: { kind: 'rotation', inputs: 8, outputs: 32 } } },
    { why: 'no weights', change: { blocks: {} } },
    { why: 'half a number', change: { blocks: { weights: new Uint8Array(1023) } } },
    { why: 'a weight that is not finite', change: { blocks: { weights: new Uint8Array(1024).fill(255) } } },
  ])('is refused with $why', async ({ change }) => {
    await expect(loadLinearMap({ ...saveLinearMap(fitted), ...change })).rejects.toMatchObject({
      code: 'SLUICE_INVALID_INPUT',
    });
  });
});
