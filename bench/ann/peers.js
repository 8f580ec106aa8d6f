import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { stopwatch } from './stopwatch.js';

const DEGREE = 16;
const BUILD_BEAM = 200;
const BEAMS = [16, 24, 32, 48, 64, 96, 128, 192, 256];
const USEARCH_BEAMS = [16, 32, 64, 128, 192];
const BYTES = { f32: 4, f16: 2, i8: 1 };
const METRICS = { cosine: 'ip', euclidean: 'l2sq' };

/** hnswlib's graph over float32, built as ours; `undefined` where it is not installed. */
export async function hnswlibPeer(folder, { vectors, documents, columns, similarity }, topK) {
  const library = load('hnswlib-node', folder);
  if (!library) return undefined;
  const index = new library.HierarchicalNSW(similarity === 'cosine' ? 'ip' : 'l2', columns);
  index.initIndex({ maxElements: documents, m: DEGREE, efConstruction: BUILD_BEAM, randomSeed: 100 });
  const since = stopwatch();
  for (let row = 0; row < documents; row++)
    index.addPoint([...vectors.subarray(row * columns, (row + 1) * columns)], row);
  return {
    name: 'hnswlib-node, float32',
    efforts: BEAMS,
    build: since(),
    bytes: documents * (columns * 4 + DEGREE * 8 + 16),
    setEffort: (beam) => index.setEf(beam),
    // The library takes arrays of numbers only; making them is part of what a caller pays.
    search: (query) => index.searchKnn([...query], topK).neighbors,
  };
}

/**
 * usearch over float32, float16 or int8, built as ours, on one thread; one contestant for each beam, because its Node
 * binding cannot change the width of a search afterwards: the index is saved once and loaded for each. None where it is
 * not installed.
 */
export async function usearchPeers(folder, data, { topK, quantization }) {
  const library = load('usearch', folder);
  // int8 of usearch is for vectors within -1 to 1.
  if (!library || (quantization === 'i8' && data.similarity !== 'cosine')) return [];
  const { vectors, documents, columns, similarity } = data;
  const made = (beam) =>
    new library.Index({
      metric: METRICS[similarity],
      connectivity: DEGREE,
      dimensions: columns,
      quantization,
      expansion_add: BUILD_BEAM,
      expansion_search: beam,
    });
  const built = made(USEARCH_BEAMS[0]);
  const since = stopwatch();
  built.add(
    BigUint64Array.from({ length: documents }, (_, row) => BigInt(row)),
    vectors,
    1,
  );
  const build = since();
  const place = await mkdtemp(`${tmpdir()}/sluice-ann-`);
  try {
    const file = `${place}/usearch`;
    built.save(file);
    const disk = (await stat(file)).size;
    return USEARCH_BEAMS.map((beam) => {
      const index = made(beam);
      index.load(file);
      return {
        name: `usearch, ${quantization}`,
        ...{ build, disk, bytes: documents * (columns * BYTES[quantization] + DEGREE * 8 + 16) },
        efforts: [beam],
        setEffort: () => {},
        search: (query) => Array.from(index.search(query, topK, 1).keys, Number),
      };
    });
  } finally {
    await rm(place, { recursive: true });
  }
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
