import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Bitmap, type Matrix } from '@sluice/core';
import { flatIndex } from '@sluice/retrievers';
import { clusteredVectors, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { type HnswlibIndexes, hnswlibIndexes } from './hnswlib-indexes.js';
import { type HnswlibLibrary, libraryIn } from './hnswlib-library.js';

const library = await installed();

if (library) suite(await hnswlibIndexes({ library }));
else {
  // It compiles itself when it is installed, so the workspace does not depend on it.
  const why = 'hnswlib-node is not installed: npm install --prefix FOLDER hnswlib-node, and set SLUICE_PEERS=FOLDER';
  describe.skip(`hnswlib (skipped: ${why})`, () => it('is a VectorIndex', () => {}));
}

it('says what to install, and what else can be done', async () => {
  // Where the package can be imported by name, there is nothing to say.
  if (
    await hnswlibIndexes().then(
      () => true,
      () => false,
    )
  )
    return;
  await expect(hnswlibIndexes()).rejects.toThrow(
    expect.objectContaining({ code: 'SLUICE_MISSING_PEER', peer: 'hnswlib-node' }),
  );
  await expect(hnswlibIndexes()).rejects.toThrow('npm install hnswlib-node');
});

function suite({ create, load }: HnswlibIndexes): void {
  testVectorIndex('hnswlib', { create: (shape) => create({ ...shape, scanBelow: 0 }), load }, { recall: 0.95 });

  const ROWS = 3000;
  const WIDTH = 24;
  const shape = { dimensions: WIDTH, similarity: 'cosine' as const, scanBelow: 0 };
  const vectors = clusteredVectors(ROWS, WIDTH, 61);
  const queries = clusteredVectors(40, WIDTH, 62);
  const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => row);
  const first = (row: number): number => vectors.data[row * WIDTH] ?? 0;
  const byFirst = [...ordinals].sort((left, right) => first(left) - first(right));

  it.each([0.9, 0.5, 0.1, 0.01])('finds .95 of those that pass a filter of share %d', (share) => {
    const filter = Bitmap.of(ROWS, byFirst.slice(0, share * ROWS));
    const [index, truth] = [create(shape), flatIndex({ dimensions: WIDTH, similarity: 'cosine' })];
    for (const each of [index, truth]) each.add(ordinals, vectors);
    const found = index.search(queries, { topK: 10, filter });
    expect(recallOf(found, truth.search(queries, { topK: 10, filter }))).toBeGreaterThanOrEqual(0.95);
  });

  it('finds what is left after removals, replacements and loading, and goes on growing', () => {
    const [index, truth] = [create(shape), flatIndex({ dimensions: WIDTH, similarity: 'cosine' })];
    for (const each of [index, truth]) {
      each.add(ordinals.subarray(0, 2000), rowsOf(vectors, 0, 2000));
      each.remove(ordinals.subarray(0, 300));
      each.add(ordinals.subarray(1000, 1200), rowsOf(vectors, 0, 200));
    }
    const loaded = load(index.save());
    for (const each of [index, truth, loaded]) each.add(ordinals.subarray(2000), rowsOf(vectors, 2000, ROWS));
    const expected = truth.search(queries, { topK: 10 });
    for (const each of [index, loaded]) {
      expect(recallOf(each.search(queries, { topK: 10 }), expected)).toBeGreaterThanOrEqual(0.95);
    }
  });
}

async function installed(): Promise<HnswlibLibrary | undefined> {
  const folder = process.env.SLUICE_PEERS;
  const require = createRequire(folder ? pathToFileURL(`${folder}/package.json`) : import.meta.url);
  try {
    return libraryIn(require('hnswlib-node'));
  } catch {
    return undefined;
  }
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
