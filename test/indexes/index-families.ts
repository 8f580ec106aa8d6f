import type { SavedIndex, VectorIndex } from '@sluice/core';
import { memoryDirectory, readContainer, writeContainer } from '@sluice/files';
import {
  adannsIvf,
  adannsOpq,
  autoIndex,
  flatIndex,
  forestIndex,
  hashIndex,
  hnswIndex,
  ivfIndex,
  loadAutoIndex,
  loadFlatIndex,
  loadForestIndex,
  loadHashIndex,
  loadHnswIndex,
  loadIvfIndex,
  loadPqIndex,
  opqIndex,
  pqIndex,
  type VectorShape,
} from '@sluice/retrievers';

/** An index of one family, with settings under which a few hundred vectors meet all of its code. */
export interface IndexFamily {
  readonly name: string;
  create(shape: VectorShape): VectorIndex;
  load(saved: SavedIndex): VectorIndex;
  /** What it finds when asked; absent where it is exact. */
  readonly recall?: number;
  /** Whether scores are those of what is kept in 8 or 9 bits a number. */
  readonly scores: 'exact' | 'rounded';
}

const training = { trainAbove: 40, trainingVectors: 50 };

/** Every family; 8 dimensions or more that 8 divides. */
export const indexFamilies: readonly IndexFamily[] = [
  { name: 'flat', create: flatIndex, load: loadFlatIndex, scores: 'exact' },
  {
    name: 'flat, float16',
    create: (shape) => flatIndex({ ...shape, storage: 'float16' }),
    load: loadFlatIndex,
    ...{ recall: 0.97, scores: 'rounded' },
  },
  {
    name: 'flat, int8',
    create: (shape) => flatIndex({ ...shape, storage: 'int8' }),
    load: loadFlatIndex,
    ...{ recall: 0.97, scores: 'rounded' },
  },
  {
    name: 'flat, binary',
    create: (shape) => flatIndex({ ...shape, storage: 'binary' }),
    load: loadFlatIndex,
    ...{ recall: 0.95, scores: 'rounded' },
  },
  {
    name: 'hnsw, float32',
    create: (shape) => hnswIndex({ ...shape, storage: 'float32', scanBelow: 0 }),
    load: loadHnswIndex,
    ...{ recall: 0.8, scores: 'exact' },
  },
  {
    name: 'hnsw, compact',
    create: (shape) => hnswIndex({ ...shape, scanBelow: 20 }),
    load: loadHnswIndex,
    ...{ recall: 0.8, scores: 'rounded' },
  },
  {
    name: 'auto',
    create: (shape) => autoIndex({ ...shape, flatNumbers: 60 * shape.dimensions, storage: 'float32' }),
    load: loadAutoIndex,
    ...{ recall: 0.8, scores: 'exact' },
  },
  {
    name: 'ivf',
    create: (shape) => ivfIndex({ ...shape, lists: 6, trainAbove: 40 }),
    load: loadIvfIndex,
    ...{ recall: 0.85, scores: 'exact' },
  },
  {
    name: 'adanns-ivf',
    create: (shape) =>
      adannsIvf({ ...shape, lists: 6, trainAbove: 40, clusterWidth: 8, scanWidth: shape.dimensions, shortlist: 100 }),
    load: loadIvfIndex,
    ...{ recall: 0.8, scores: 'exact' },
  },
  {
    name: 'pq',
    create: (shape) => pqIndex({ ...shape, parts: shape.dimensions, ...training }),
    load: loadPqIndex,
    ...{ recall: 0.85, scores: 'exact' },
  },
  {
    name: 'opq',
    create: (shape) => opqIndex({ ...shape, parts: shape.dimensions / 2, ...training }),
    load: loadPqIndex,
    ...{ recall: 0.85, scores: 'exact' },
  },
  {
    name: 'adanns-opq',
    create: (shape) => adannsOpq({ ...shape, codedWidth: 8, parts: 4, ...training }),
    load: loadPqIndex,
    ...{ recall: 0.85, scores: 'exact' },
  },
  {
    name: 'hash',
    create: (shape) => hashIndex({ ...shape, scanBelow: 20, tables: 8, bits: 4 }),
    load: loadHashIndex,
    ...{ recall: 0.85, scores: 'exact' },
  },
  {
    name: 'forest',
    create: (shape) => forestIndex({ ...shape, scanBelow: 20, trees: 8, leafSize: 8 }),
    load: loadForestIndex,
    ...{ recall: 0.85, scores: 'exact' },
  },
];

/** Through a checksummed file. */
export async function throughContainer(saved: SavedIndex): Promise<SavedIndex> {
  const directory = memoryDirectory();
  await writeContainer(directory, 'index', saved);
  return readContainer(directory, 'index');
}
