import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { autoIndex, flatIndex, hnswIndex } from '@sluice/retrievers';
import { passagesFolder } from './ann/passages.js';
import { hnswlibPeer, usearchPeers } from './ann/peers.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const TOP_K = 10;
const BEAMS = [16, 24, 32, 48, 64, 96, 128, 192, 256];
const RECALLS = [0.9, 0.95, 0.99];
const PASSES = 5;
const USEARCH_BEAMS = [48, 96, 192];
const BUILD_BLOCK = 5000;

/**
 * Recall at 10 against time, for exact search, the graph, the default index asked for a recall, and the native libraries
 * that are installed.
 *
 * `--data FOLDER` holds `documents.f32` and `queries.f32`, row-major, `--columns` wide, unit length. Without it, the
 * text embeddings that `node bench/ann/passages.js` makes are used, or else the question embeddings of the shared
 * folder, every 20th as a query. `--documents` and `--queries` take fewer, evenly spread. `--peers FOLDER` is where
 * hnswlib-node and usearch were installed. One thread; times are processor time of the process, since others may be at
 * work; settings of all take turns within a pass, and the least of `--passes` counts.
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      columns: { type: 'string' },
      documents: { type: 'string' },
      queries: { type: 'string' },
      passes: { type: 'string' },
      peers: { type: 'string' },
    },
  });
  const machine = describeMachine();
  const data = limited(values.data ? fromFolder(values.data, Number(values.columns ?? 384)) : fromCache(), values);
  const flat = flatContestant(data);
  const truth = flat.truth();
  const contestants = [sluiceGraph(data), sluiceAuto(data)];
  for (const peer of await peersOf(values.peers, data)) contestants.push(peer);
  const rows = [...contestants, flat].flatMap(settingsOf);
  const passes = Number(values.passes ?? PASSES);
  measure(rows, data, { truth, passes });
  const again = rows.find(({ beam }) => beam === 64);
  const noise = Math.abs(1 - onePass(again, data) / onePass(again, data));
  report(rows, { machine, data, noise });
  await writeResults('ann', {
    machine,
    ...{ documents: data.documents, queries: data.queries, columns: data.columns, noise: rounded(noise, 2) },
    builds: contestants.map(({ name, build, bytes, disk }) => ({
      name,
      ...{ buildCpuSeconds: rounded(build.cpu), buildWallSeconds: rounded(build.wall) },
      ...{ bytes, shareOfFloat32: rounded(bytes / (data.documents * data.columns * 4)), bytesOnDisk: disk ?? null },
    })),
    explanations: contestants.flatMap(({ explanations }) => explanations ?? []),
    curves: rows.map(plainRow),
  });
}

async function peersOf(folder, data) {
  const hnswlib = await hnswlibPeer(folder, data, TOP_K);
  const usearch = await usearchPeers(folder, data, { topK: TOP_K, beams: USEARCH_BEAMS });
  return hnswlib ? [hnswlib, ...usearch] : usearch;
}

function settingsOf(contestant) {
  const beams = contestant.efforts ?? BEAMS;
  return beams.map((beam) => ({ contestant, beam, milliseconds: Number.POSITIVE_INFINITY, recall: 0 }));
}

function measure(rows, data, { truth, passes }) {
  for (const row of rows) row.recall = recallOf(row, data, truth);
  for (let pass = 0; pass < passes; pass++) {
    for (const row of rows) row.milliseconds = Math.min(row.milliseconds, onePass(row, data));
  }
}

/** Milliseconds a query. */
function onePass({ contestant, beam }, data) {
  contestant.setBeam(beam);
  return (
    cpuMilliseconds(() => {
      for (let query = 0; query < data.queries; query++) contestant.search(queryOf(data, query));
    }) / data.queries
  );
}

function recallOf({ contestant, beam }, data, truth) {
  contestant.setBeam(beam);
  let found = 0;
  for (let query = 0; query < data.queries; query++) {
    const nearest = new Set(truth.subarray(query * TOP_K, (query + 1) * TOP_K));
    for (const ordinal of contestant.search(queryOf(data, query))) found += Number(nearest.has(ordinal));
  }
  return found / truth.length;
}

function report(rows, { machine, data, noise }) {
  const size = `${data.documents} vectors x ${data.columns}, ${data.queries} queries`;
  process.stdout.write(`${size}, one thread, ${machine.cpu}, A/A noise ${rounded(noise * 100, 2)}%\n\n`);
  printTable(rows.map(plainRow));
}

function plainRow({ contestant, beam, recall, milliseconds }) {
  return {
    index: contestant.name,
    effort: beam,
    'recall@10': rounded(recall, 4),
    'ms/query': rounded(milliseconds),
    'queries/s': Math.round(1000 / milliseconds),
    'build s': rounded(contestant.build.cpu),
    MB: Math.round(contestant.bytes / 1e6),
  };
}

function sluiceGraph(data) {
  const index = hnswIndex({ dimensions: data.columns, similarity: 'cosine', scanBelow: 0 });
  const build = spentOn(() => fillIndex(index, data));
  return {
    name: 'sluice hnsw',
    ...{ build, bytes: index.bytes, disk: bytesOnDisk(index) },
    setBeam: (beam) => index.setBeam(Math.max(beam, TOP_K)),
    search: (query) => index.search({ data: query, rows: 1, columns: data.columns }, { topK: TOP_K }).ordinals,
  };
}

/** The efforts are recalls that it is asked for. Its build includes the measurement. */
function sluiceAuto(data) {
  const index = autoIndex({ dimensions: data.columns, similarity: 'cosine' });
  const build = spentOn(() => {
    fillIndex(index, data);
    index.calibrate();
  });
  const settings = { topK: TOP_K, recall: 0.95 };
  return {
    name: 'sluice auto (effort: recall asked)',
    efforts: RECALLS,
    ...{ build, bytes: index.bytes, disk: bytesOnDisk(index) },
    explanations: RECALLS.map((recall) => index.explain({ recall })),
    setBeam: (recall) => {
      settings.recall = recall;
    },
    search: (query) => index.search({ data: query, rows: 1, columns: data.columns }, settings).ordinals,
  };
}

function flatContestant(data) {
  const index = flatIndex({ dimensions: data.columns, similarity: 'cosine' });
  const build = spentOn(() => fillIndex(index, data));
  return {
    name: 'sluice flat',
    efforts: [0],
    ...{ build, bytes: index.bytes },
    truth: () =>
      index.search({ data: data.questions, rows: data.queries, columns: data.columns }, { topK: TOP_K }).ordinals,
    setBeam: () => {},
    search: (query) => index.search({ data: query, rows: 1, columns: data.columns }, { topK: TOP_K }).ordinals,
  };
}

function bytesOnDisk(index) {
  const { header, blocks } = index.save();
  return Object.values(blocks).reduce((sum, { length }) => sum + length, JSON.stringify(header).length);
}

function fillIndex(index, { vectors, documents, columns }) {
  index.reserve(documents);
  for (let start = 0; start < documents; start += BUILD_BLOCK) {
    const end = Math.min(start + BUILD_BLOCK, documents);
    const ordinals = Uint32Array.from({ length: end - start }, (_, at) => start + at);
    const data = vectors.subarray(start * columns, end * columns);
    index.add(ordinals, { data, rows: end - start, columns });
  }
}

function fromCache() {
  return existsSync(`${passagesFolder}/passages.json`) ? fromFolder(passagesFolder, 384) : fromShared();
}

/** Fewer documents (the first) and queries (evenly spread), where that was asked for. */
function limited(data, { documents, queries }) {
  const { columns } = data;
  const kept = Math.min(data.documents, Number(documents ?? data.documents));
  const asked = Math.min(data.queries, Number(queries ?? data.queries));
  const questions = new Float32Array(asked * columns);
  for (let at = 0; at < asked; at++) {
    const row = Math.floor((at * data.queries) / asked);
    questions.set(data.questions.subarray(row * columns, (row + 1) * columns), at * columns);
  }
  return dataOf(data.vectors.subarray(0, kept * columns), questions, columns);
}

function fromFolder(folder, columns) {
  return dataOf(floats(`${folder}/documents.f32`), floats(`${folder}/queries.f32`), columns);
}

/** Every 20th question asks, the others are found. */
function fromShared() {
  const folder = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
  const file = `${folder}/vectors/bge-base-en-v1.5-queries/vectors.f32`;
  if (!existsSync(file)) throw new Error('No vectors: pass --data FOLDER, or set SLUICE_SHARED.');
  const columns = 768;
  const all = floats(file);
  const rows = Array.from({ length: all.length / columns }, (_, row) => row);
  const pick = (chosen) => {
    const picked = new Float32Array(chosen.length * columns);
    for (const [at, row] of chosen.entries())
      picked.set(all.subarray(row * columns, (row + 1) * columns), at * columns);
    return picked;
  };
  const asks = (row) => row % 20 === 0;
  return dataOf(pick(rows.filter((row) => !asks(row))), pick(rows.filter(asks)), columns);
}

function dataOf(vectors, questions, columns) {
  return { vectors, questions, columns, documents: vectors.length / columns, queries: questions.length / columns };
}

function floats(file) {
  const { buffer, byteOffset, length } = readFileSync(file);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
}

function queryOf({ questions, columns }, query) {
  return questions.subarray(query * columns, (query + 1) * columns);
}

function spentOn(work) {
  const start = performance.now();
  const cpu = cpuMilliseconds(work) / 1000;
  return { cpu, wall: (performance.now() - start) / 1000 };
}

function cpuMilliseconds(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
