import { parseArgs } from 'node:util';
import { flatIndex, hnswIndex, insertionOrder, localDimensionalities } from '@sluice/retrievers';
import { limited, loadDataSet, presentDataSets, queryOf } from './ann/data-sets.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const TOP_K = 10;
const BEAMS = [10, 16, 40];
const SEEDS = [1, 2, 3];
/** Finding 100 exact neighbours of every vector costs a scan each. */
const MOST_DOCUMENTS = 20_000;

/**
 * What the order of insertion does to the recall of a graph: by falling and rising local intrinsic dimensionality, and
 * at random (papers: arXiv 2405.17813). Means and ranges over three seeds of levels and of the random order.
 *
 * `--data` names data sets of `ann/data-sets.js`; default: those that are here. Writes `results/ann-order.json`.
 */
export async function run(args) {
  const { values } = parseArgs({ args, options: { data: { type: 'string' } } });
  const rows = [];
  for (const name of values.data?.split(',') ?? presentDataSets())
    rows.push(...(await ordersOf(limited(loadDataSet(name), { documents: MOST_DOCUMENTS, queries: 500 }))));
  printTable(rows);
  if (!values.data) await writeResults('ann-order', { machine: describeMachine(), topK: TOP_K, seeds: SEEDS, rows });
}

async function ordersOf(data) {
  const { columns, similarity, documents, vectors } = data;
  const exact = flatIndex({ dimensions: columns, similarity });
  exact.add(
    Uint32Array.from({ length: documents }, (_, at) => at),
    { data: vectors, rows: documents, columns },
  );
  const dimensionalities = await localDimensionalities(exact, { data: vectors, rows: documents, columns });
  const truth = Array.from({ length: data.queries }, (_, query) => new Set(nearest(exact, data, query)));
  const mean = dimensionalities.reduce((sum, value) => sum + value, 0) / documents;
  return ['descending', 'random', 'ascending'].map((mode) => {
    const recalls = SEEDS.map((seed) =>
      recallsOf(graphOf(data, { order: insertionOrder(dimensionalities, mode, seed), seed }), data, truth),
    );
    const cells = BEAMS.map((beam, at) => [`recall@10, beam ${beam}`, spread(recalls.map((recall) => recall[at]))]);
    return { data: data.name, 'mean LID': rounded(mean), order: mode, ...Object.fromEntries(cells) };
  });
}

/** Ordinals stay those of the data set, whatever the order. */
function graphOf({ columns, similarity, documents, vectors }, { order, seed }) {
  const index = hnswIndex({ dimensions: columns, similarity, scanBelow: 0, seed });
  const data = new Float32Array(vectors.length);
  for (const [at, row] of order.entries()) data.set(vectors.subarray(row * columns, (row + 1) * columns), at * columns);
  index.add(order, { data, rows: documents, columns });
  return index;
}

function recallsOf(index, data, truth) {
  return BEAMS.map((beam) => {
    index.setBeam(beam);
    let found = 0;
    for (const [query, wanted] of truth.entries())
      for (const ordinal of nearest(index, data, query)) found += Number(wanted.has(ordinal));
    return found / (truth.length * TOP_K);
  });
}

function nearest(index, data, query) {
  return index.search({ data: queryOf(data, query), rows: 1, columns: data.columns }, { topK: TOP_K }).ordinals;
}

function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return `${mean.toFixed(4)} [${Math.min(...values).toFixed(4)}, ${Math.max(...values).toFixed(4)}]`;
}
