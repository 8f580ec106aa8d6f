import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const DEGREE = 16;
const BUILD_BEAM = 200;

/** hnswlib's graph over float32, built as ours; `undefined` where it is not installed. */
export async function hnswlibPeer(folder, { vectors, documents, columns }, topK) {
  const library = load('hnswlib-node', folder);
  if (!library) return undefined;
  const index = new library.HierarchicalNSW('ip', columns);
  index.initIndex({ maxElements: documents, m: DEGREE, efConstruction: BUILD_BEAM, randomSeed: 100 });
  const before = process.cpuUsage();
  for (let row = 0; row < documents; row++)
    index.addPoint([...vectors.subarray(row * columns, (row + 1) * columns)], row);
  return {
    name: 'hnswlib-node, float32',
    build: secondsSince(before),
    bytes: documents * (columns * 4 + DEGREE * 8 + 16),
    setBeam: (beam) => index.setEf(beam),
    // The library takes arrays of numbers only; making them is part of what a caller pays.
    search: (query) => index.searchKnn([...query], topK).neighbors,
  };
}

/** usearch over float16, built as ours; `undefined` where it is not installed. */
export async function usearchPeer(folder, { vectors, documents, columns }, topK) {
  const library = load('usearch', folder);
  if (!library) return undefined;
  const index = new library.Index({
    metric: 'ip',
    connectivity: DEGREE,
    dimensions: columns,
    quantization: 'f16',
    expansion_add: BUILD_BEAM,
    expansion_search: 64,
  });
  const before = process.cpuUsage();
  index.add(
    BigUint64Array.from({ length: documents }, (_, row) => BigInt(row)),
    vectors,
    1,
  );
  return {
    name: 'usearch, float16 (beam 64 only)',
    build: secondsSince(before),
    bytes: documents * (columns * 2 + DEGREE * 8 + 16),
    // Its Node binding cannot change the width of a search after the index was made.
    setBeam: () => {},
    isExact: true,
    search: (query) => Array.from(index.search(query, topK, 1).keys, Number),
  };
}

function load(name, folder) {
  const require = createRequire(folder ? pathToFileURL(`${folder}/package.json`) : import.meta.url);
  try {
    return require(name);
  } catch (error) {
    process.stderr.write(`${name} is left out: ${error.code ?? error.message}. Install it in a folder for --peers.\n`);
    return undefined;
  }
}

function secondsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
