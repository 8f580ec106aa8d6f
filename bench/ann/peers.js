import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';

const DEGREE = 16;
const BUILD_BEAM = 200;

/** hnswlib's graph over float32, built as ours; `undefined` where it is not installed. */
export async function hnswlibPeer(folder, { vectors, documents, columns }, topK) {
  const library = load('hnswlib-node', folder);
  if (!library) return undefined;
  const index = new library.HierarchicalNSW('ip', columns);
  index.initIndex({ maxElements: documents, m: DEGREE, efConstruction: BUILD_BEAM, randomSeed: 100 });
  const since = stopwatch();
  for (let row = 0; row < documents; row++)
    index.addPoint([...vectors.subarray(row * columns, (row + 1) * columns)], row);
  return {
    name: 'hnswlib-node, float32',
    build: since(),
    bytes: documents * (columns * 4 + DEGREE * 8 + 16),
    setBeam: (beam) => index.setEf(beam),
    // The library takes arrays of numbers only; making them is part of what a caller pays.
    search: (query) => index.searchKnn([...query], topK).neighbors,
  };
}

/**
 * usearch over float16, built as ours; one contestant for each beam, because its Node binding cannot change the width
 * of a search afterwards: the index is saved once and loaded for each. None where it is not installed.
 */
export async function usearchPeers(folder, { vectors, documents, columns }, { topK, beams }) {
  const library = load('usearch', folder);
  if (!library) return [];
  const made = (beam) =>
    new library.Index({
      metric: 'ip',
      connectivity: DEGREE,
      dimensions: columns,
      quantization: 'f16',
      expansion_add: BUILD_BEAM,
      expansion_search: beam,
    });
  const built = made(beams[0]);
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
    return beams.map((beam) => {
      const index = made(beam);
      index.load(file);
      return {
        name: 'usearch, float16',
        ...{ build, disk, bytes: documents * (columns * 2 + DEGREE * 8 + 16) },
        efforts: [beam],
        setBeam: () => {},
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

/** Processor and wall time from now on, in seconds. */
function stopwatch() {
  const before = process.cpuUsage();
  const start = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { cpu: (user + system) / 1e6, wall: (performance.now() - start) / 1000 };
  };
}
