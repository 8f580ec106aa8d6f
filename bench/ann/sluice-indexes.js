import { KernelMemory } from '@sluice/kernels';
import {
  adannsIvf,
  autoIndex,
  flatIndex,
  forestIndex,
  hashIndex,
  hnswIndex,
  ivfIndex,
  opqIndex,
  pqIndex,
} from '@sluice/retrievers';
import { stopwatch } from './stopwatch.js';

const BEAMS = [16, 24, 32, 48, 64, 96, 128, 192, 256];
const RECALLS = [0.8, 0.9, 0.95, 0.99];
const BUILD_BLOCK = 5000;
/** Threads of the one build that is not made on one. */
const WORKERS = 2;

/** What is built of each family: a name, the index, the efforts of its curve, and how one is set. */
const families = {
  flat: (shape) => ({ name: 'sluice flat', index: flatIndex(shape), efforts: [1] }),
  hnsw: (shape) => {
    const index = hnswIndex({ ...shape, scanBelow: 0 });
    return { name: 'sluice hnsw', index, efforts: BEAMS, setEffort: (beam) => index.setBeam(beam) };
  },
  'hnsw-workers': (shape) => {
    const memory = new KernelMemory({ sharing: 'shared' });
    const index = hnswIndex({ ...shape, scanBelow: 0, memory });
    return {
      ...{ name: `sluice hnsw, ${WORKERS} workers`, index, efforts: [64], setEffort: (beam) => index.setBeam(beam) },
      fill: (ordinals, vectors) => index.addInParallel(ordinals, vectors, { workers: WORKERS }),
    };
  },
  auto: (shape) => {
    const index = autoIndex(shape);
    return {
      ...byRecall('sluice auto', index),
      finish: () => index.calibrate(),
      explanations: () => RECALLS.map((recall) => index.explain({ recall })),
    };
  },
  ivf: (shape) => byRecall('sluice ivf', ivfIndex(shape)),
  'pq-int8': (shape) => ({ name: 'sluice pq, int8 kept', index: pqIndex({ ...shape, kept: 'int8' }), efforts: [1] }),
  pq: (shape) => byRecall('sluice pq, float32 kept', pqIndex(shape)),
  opq: (shape) => ({
    name: 'sluice opq, int8 kept',
    index: opqIndex({ ...shape, kept: 'int8', rotation: 'givens' }),
    efforts: [1],
  }),
  adanns: (shape) => {
    const widths = { clusterWidth: eighths(shape.dimensions / 4), scanWidth: eighths(shape.dimensions / 2) };
    return byRecall('sluice adanns-ivf', adannsIvf({ ...shape, ...widths }));
  },
  hash: (shape) => byRecall('sluice hash', hashIndex(shape)),
  forest: (shape) => byRecall('sluice forest', forestIndex(shape)),
};

/** Names of the families that can be asked for. */
export const familyNames = Object.keys(families);

/** Builds an index over a data set, on one thread unless its name says otherwise. */
export async function sluiceContestant(family, data, topK) {
  const settings = { topK };
  const { name, index, efforts, setEffort, fill, finish, explanations } = families[family]({
    dimensions: data.columns,
    similarity: data.similarity,
  });
  const since = stopwatch();
  if (fill)
    await fill(ordinalsOf(0, data.documents), { data: data.vectors, rows: data.documents, columns: data.columns });
  else fillIndex(index, data);
  await finish?.();
  const build = since();
  const asked = setEffort ?? ((recall) => Object.assign(settings, recall < 1 ? { recall } : {}));
  return {
    ...{ name, efforts, build, bytes: index.bytes, disk: bytesOnDisk(index) },
    explanations: explanations?.(),
    setEffort: asked,
    search: (query) => index.search({ data: query, rows: 1, columns: data.columns }, settings).ordinals,
  };
}

/** Its efforts are the recalls that it is asked for. */
function byRecall(name, index) {
  return { name, index, efforts: RECALLS };
}

/** Slices are a multiple of eight columns wide. */
function eighths(columns) {
  return Math.max(8, Math.round(columns / 8) * 8);
}

function bytesOnDisk(index) {
  const { header, blocks } = index.save();
  return Object.values(blocks).reduce((sum, { length }) => sum + length, JSON.stringify(header).length);
}

function fillIndex(index, { vectors, documents, columns }) {
  index.reserve?.(documents);
  for (let start = 0; start < documents; start += BUILD_BLOCK) {
    const end = Math.min(start + BUILD_BLOCK, documents);
    const data = vectors.subarray(start * columns, end * columns);
    index.add(ordinalsOf(start, end), { data, rows: end - start, columns });
  }
}

function ordinalsOf(start, end) {
  return Uint32Array.from({ length: end - start }, (_, at) => start + at);
}
