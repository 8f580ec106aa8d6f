import { parseArgs } from 'node:util';
import { Bitmap } from '@sluice/core';
import {
  autoIndex,
  flatIndex,
  forestIndex,
  hashIndex,
  hnswIndex,
  ivfIndex,
  loadFlatIndex,
  loadHnswIndex,
  pqIndex,
} from '@sluice/retrievers';
import { limited, loadDataSet, presentDataSets } from './ann/data-sets.js';
import { stopwatch } from './ann/stopwatch.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const TOP_K = 10;
const SHARES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 0.9];
const BUILD_BLOCK = 5000;
const LOADS = 5;

const families = {
  auto: autoIndex,
  hnsw: hnswIndex,
  binary: (shape) => flatIndex({ ...shape, storage: 'binary' }),
  ivf: ivfIndex,
  pq: pqIndex,
  forest: forestIndex,
  hash: hashIndex,
};

/**
 * Recall at 10 and time under filters, and the time of loading.
 *
 * A filter passes a share of the vectors: drawn at random, or the nearest to one of them (`cluster`), so that what passes
 * lies together and most queries are elsewhere. The truth is exact search of float32 under the same filter. `--data`
 * names a data set of `bench/ann/data-sets.js`, `passages` where it is there; `--families auto,ivf`, `--recall 0.95`,
 * `--documents` and `--queries` take less. Processor time.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: presentDataSets()[0] ?? 'generated' },
      families: { type: 'string', default: 'auto' },
      recall: { type: 'string', default: '0.9,0.95,0.99' },
      documents: { type: 'string' },
      queries: { type: 'string', default: '300' },
    },
  });
  const machine = describeMachine();
  const data = values.data === 'generated' ? generated() : limited(loadDataSet(values.data), values);
  const shape = { dimensions: data.columns, similarity: data.similarity };
  const exact = filled(flatIndex(shape), data);
  const indexes = values.families.split(',').map((name) => [name, filled(families[name](shape), data)]);
  const recalls = values.recall.split(',').map(Number);
  const questions = { data: data.questions, rows: data.queries, columns: data.columns };
  const rows = [];
  for (const kind of ['random', 'cluster']) {
    for (const share of SHARES) {
      const filter = filterOf(kind, share, data, exact);
      const truth = timed(() => exact.search(questions, { topK: TOP_K, filter }));
      for (const [name, index] of indexes) {
        for (const recall of recalls)
          rows.push(measured(index, { name, kind, share, filter, recall, truth, questions }));
      }
    }
  }
  process.stdout.write(`${data.documents} vectors x ${data.columns}, ${data.queries} queries, ${machine.cpu}\n\n`);
  printTable(rows);
  const missed = rows.filter((row) => row['recall@10'] < row.asked);
  process.stdout.write(`\n${missed.length} of ${rows.length} under what was asked\n\n`);
  const loading = loadingTimes(data);
  printTable(loading);
  const facts = { documents: data.documents, queries: data.queries, columns: data.columns };
  await writeResults('ann-filtered', { machine, data: values.data, ...facts, missed: missed.length, rows, loading });
}

function measured(index, { name, kind, share, filter, recall, truth, questions }) {
  const options = { topK: TOP_K, filter, recall };
  index.search({ ...questions, data: questions.data.subarray(0, questions.columns), rows: 1 }, options);
  const { found, milliseconds } = timed(() => index.search(questions, options));
  return {
    index: name,
    filter: kind,
    share,
    asked: recall,
    'recall@10': rounded(recallOf(found, truth.found), 4),
    'ms/query': rounded(milliseconds / questions.rows),
    'exact ms/query': rounded(truth.milliseconds / questions.rows),
    method: index.explain?.(options).method ?? '',
  };
}

function filterOf(kind, share, data, exact) {
  const count = Math.max(1, Math.round(share * data.documents));
  const random = numbersFrom(7 + Math.round(share * 1000));
  if (kind === 'random') {
    const order = Uint32Array.from({ length: data.documents }, (_, row) => row);
    for (let at = 0; at < count; at++) {
      const other = at + Math.floor(random() * (data.documents - at));
      [order[at], order[other]] = [order[other], order[at]];
    }
    return Bitmap.of(data.documents, order.subarray(0, count));
  }
  const centre = Math.floor(random() * data.documents) * data.columns;
  const query = { data: data.vectors.subarray(centre, centre + data.columns), rows: 1, columns: data.columns };
  return Bitmap.of(data.documents, exact.search(query, { topK: count }).ordinals);
}

function recallOf(found, truth) {
  let hits = 0;
  for (let query = 0; query + 1 < truth.offsets.length; query++) {
    const own = new Set(found.ordinals.subarray(found.offsets[query], found.offsets[query + 1]));
    for (const ordinal of truth.ordinals.subarray(truth.offsets[query], truth.offsets[query + 1])) {
      hits += Number(own.has(ordinal));
    }
  }
  return hits / truth.ordinals.length;
}

/** The least of some loads of what a store would hold: whole files in memory. */
function loadingTimes(data) {
  const shape = { dimensions: data.columns, similarity: data.similarity };
  const saved = [
    ['flat, int8', filled(flatIndex({ ...shape, storage: 'int8' }), data).save(), loadFlatIndex],
    ['hnsw, compact', filled(hnswIndex(shape), data).save(), loadHnswIndex],
  ];
  return saved.map(([name, index, load]) => ({
    index: name,
    vectors: data.documents,
    MB: Math.round(Object.values(index.blocks).reduce((sum, { length }) => sum + length, 0) / 1e6),
    'load ms': rounded(Math.min(...Array.from({ length: LOADS }, () => timed(() => load(index)).milliseconds))),
  }));
}

function filled(index, { vectors, documents, columns }) {
  index.reserve?.(documents);
  for (let start = 0; start < documents; start += BUILD_BLOCK) {
    const end = Math.min(start + BUILD_BLOCK, documents);
    const ordinals = Uint32Array.from({ length: end - start }, (_, at) => start + at);
    index.add(ordinals, { data: vectors.subarray(start * columns, end * columns), rows: end - start, columns });
  }
  return index;
}

/** 20,000 vectors of 64 numbers around 400 centres, and 300 queries from the same. */
function generated() {
  const [documents, queries, columns] = [20_000, 300, 64];
  const random = numbersFrom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const centres = Float32Array.from({ length: 400 * columns }, normal);
  const rowsOf = (count) => {
    const rows = new Float32Array(count * columns);
    for (let row = 0; row < count; row++) {
      const centre = Math.floor(random() * 400) * columns;
      for (let at = 0; at < columns; at++) rows[row * columns + at] = centres[centre + at] + 0.7 * normal();
    }
    return rows;
  };
  return {
    name: 'generated',
    similarity: 'cosine',
    vectors: rowsOf(documents),
    questions: rowsOf(queries),
    columns,
    documents,
    queries,
  };
}

/** Numbers from 0 to below 1: a linear congruence, good enough to draw filters with. */
function numbersFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function timed(work) {
  const since = stopwatch();
  const found = work();
  return { found, milliseconds: since().cpu * 1000 };
}
