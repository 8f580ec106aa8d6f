import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { flatIndex } from '@sluice/retrievers';
import { fromFolder, limited, loadDataSet, presentDataSets } from './ann/data-sets.js';
import { faissRows } from './ann/faiss.js';
import { measureCurves } from './ann/measure.js';
import { hnswlibPeer, usearchPeers } from './ann/peers.js';
import { plotCurves } from './ann/plot-curves.js';
import { familyNames, sluiceContestant } from './ann/sluice-indexes.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const TOP_K = 10;
const PASSES = 5;
const TRUTH_BLOCK = 64;
const results = fileURLToPath(new URL('results/', import.meta.url));

/**
 * Recall at 10 against time, build time, memory and size on disk, for every index, beside the libraries that are
 * installed. Writes `results/ann.json` and one `results/ann-NAME.png` a data set, unless only a part was asked for.
 *
 * `--data` names data sets (default: those of `ann/data-sets.js` that are here), `--folder FOLDER` with `--columns` is
 * one's own. `--indexes` names families. `--documents` and `--queries` take fewer. `--peers FOLDER` is where
 * hnswlib-node and usearch were installed, `--python PATH` an interpreter with faiss. One thread; see `ann/measure.js`.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      folder: { type: 'string' },
      columns: { type: 'string' },
      indexes: { type: 'string' },
      documents: { type: 'string' },
      queries: { type: 'string' },
      passes: { type: 'string' },
      peers: { type: 'string' },
      python: { type: 'string' },
    },
  });
  const machine = describeMachine();
  const sets = [];
  for (const name of values.folder ? ['own'] : (values.data?.split(',') ?? presentDataSets())) {
    const data = values.folder ? ownData(values) : loadDataSet(name);
    sets.push(await measureDataSet(limited(data, values), values));
  }
  if (sets.length === 0) throw new Error('No vectors: run node bench/ann/passages.js, or set SLUICE_SHARED.');
  if (isWhole(values)) await writeResults('ann', { machine, topK: TOP_K, sets });
}

function isWhole({ data, folder, indexes, documents, queries }) {
  return [data, folder, indexes, documents, queries].every((part) => part === undefined);
}

function ownData({ folder, columns }) {
  return { name: 'own', ...fromFolder(folder, Number(columns)) };
}

async function measureDataSet(data, values) {
  const size = `${data.documents} x ${data.columns}, ${data.similarity}, ${data.queries} queries`;
  process.stdout.write(`\n${data.name}: ${size}, one thread\n`);
  const truth = exactNearest(data);
  const passes = Number(values.passes ?? PASSES);
  const contestants = await contestantsOf(data, values);
  const { rows, noise } = measureCurves(contestants, data, { truth, topK: TOP_K, passes });
  rows.push(...(await faissRows(values.python, data, { truth, topK: TOP_K, passes })));
  printTable(rows.map(plainRow));
  process.stdout.write(`A/A noise ${rounded(noise * 100, 2)}%\n`);
  if (isWhole(values)) await drawn(rows, data, size);
  return {
    data: data.name,
    ...{ documents: data.documents, queries: data.queries, columns: data.columns, noise: rounded(noise, 2) },
    builds: [...new Set(rows.map(({ contestant }) => contestant))].map((contestant) => builtRow(contestant, data)),
    explanations: contestants.flatMap(({ explanations }) => explanations ?? []),
    curves: rows.map(plainRow),
  };
}

/** Each is built alone, in turn. */
async function contestantsOf(data, { indexes, peers }) {
  const contestants = [];
  for (const family of indexes?.split(',') ?? familyNames)
    contestants.push(built(await sluiceContestant(family, data, TOP_K)));
  const hnswlib = await hnswlibPeer(peers, data, TOP_K);
  if (hnswlib) contestants.push(built(hnswlib));
  for (const quantization of ['f32', 'f16', 'i8']) {
    const [first, ...others] = await usearchPeers(peers, data, { topK: TOP_K, quantization });
    if (first) contestants.push(built(first), ...others);
  }
  return contestants;
}

function built(contestant) {
  process.stderr.write(`${contestant.name}: built in ${rounded(contestant.build.cpu)} s\n`);
  return contestant;
}

function exactNearest({ vectors, questions, documents, queries, columns, similarity }) {
  const index = flatIndex({ dimensions: columns, similarity });
  const ordinals = Uint32Array.from({ length: documents }, (_, at) => at);
  index.add(ordinals, { data: vectors, rows: documents, columns });
  const truth = new Uint32Array(queries * TOP_K);
  for (let start = 0; start < queries; start += TRUTH_BLOCK) {
    const rows = Math.min(TRUTH_BLOCK, queries - start);
    const data = questions.subarray(start * columns, (start + rows) * columns);
    truth.set(index.search({ data, rows, columns }, { topK: TOP_K }).ordinals, start * TOP_K);
  }
  return truth;
}

function builtRow({ name, build, bytes, disk }, data) {
  return {
    name,
    ...{ buildCpuSeconds: rounded(build.cpu), buildWallSeconds: rounded(build.wall) },
    ...{ bytes, shareOfFloat32: rounded(bytes / (data.documents * data.columns * 4)), bytesOnDisk: disk ?? null },
  };
}

function plainRow({ contestant, effort, recall, milliseconds }) {
  return {
    index: contestant.name,
    effort,
    'recall@10': rounded(recall, 4),
    'ms/query': rounded(milliseconds),
    'queries/s': Math.round(1000 / milliseconds),
    'build s': rounded(contestant.build.cpu),
    MB: rounded(contestant.bytes / 1e6),
  };
}

async function drawn(rows, { name }, size) {
  const points = rows.map(({ contestant, recall, milliseconds }) => ({
    ...{ index: contestant.name, recall },
    queriesPerSecond: 1000 / milliseconds,
  }));
  const words = { title: `Recall against speed: ${name}`, subtitle: `${size}, one thread. Up and right is better.` };
  await plotCurves(`${results}ann-${name}.png`, points, words);
}
