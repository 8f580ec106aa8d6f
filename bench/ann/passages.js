import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformerEmbedder } from '@sluice/embedders';
import { flatIndex } from '@sluice/retrievers';
import { questionsOf, WINDOW, windowsOfCollection } from './passage-windows.js';

const COLUMNS = 384;
const NEAREST = 100;
/** Windows encoded before they are written: what an interruption costs. */
const PART_ROWS = 2048;
const QUERY_BLOCK = 64;
const FLOAT_BYTES = 4;

/** Questions and the passages that answer them, next to passages that were pooled for other questions. */
const documentFiles = [
  'data/train/nq-qed/passages.jsonl.xz',
  'data/beir/msmarco-dl19-pool/corpus.jsonl',
  'data/train/hotpotqa-sample/passages.jsonl.xz',
];
const queryFiles = [
  { file: 'data/train/nq-qed/pairs.jsonl.xz', count: 1500 },
  { file: 'data/train/hotpotqa-sample/pairs.jsonl.xz', count: 500 },
];

/** Where `node bench/ann/passages.js` writes, unless told otherwise: outside git. */
export const passagesFolder = fileURLToPath(new URL('../../.cache/ann/passages', import.meta.url));

/**
 * Makes the text embeddings of `pnpm bench ann`, once: overlapping windows of real passages and real questions,
 * encoded by all-MiniLM-L6-v2 in int8.
 *
 * The folder then has, row-major and little-endian: `documents.f32` (105,428 x 384, unit length, in the order of the
 * collections), `queries.f32` (2,000 x 384), `truth.u32` and `truth-scores.f32` (2,000 x 100: exact nearest rows and
 * their cosines, best first), and `passages.json` (what it was made from, counts, sha256). An interrupted run goes on
 * where it was. int8 activations are quantized over a batch, so the bytes depend on the part size, which is fixed; another
 * processor may round otherwise, so the checksums are facts of one machine.
 *
 * @param {{ folder?: string, shared: string, threads?: number }} options
 */
export async function makePassages({ folder = passagesFolder, shared, threads = 2 }) {
  if (existsSync(`${folder}/passages.json`)) return;
  const model = `${shared}/models/all-MiniLM-L6-v2`;
  const embedder = await transformerEmbedder({ model, precision: 'int8', threads });
  try {
    const texts = await textsOf(shared);
    const recipe = { window: WINDOW, partRows: PART_ROWS, model: embedder.fingerprint, documentFiles, queryFiles };
    const parts = `${folder}/parts-${sha256(JSON.stringify(recipe)).slice(0, 16)}`;
    await mkdir(parts, { recursive: true });
    await encodeAll(texts.queries, { parts, name: 'queries', encode: (part) => embedder.encodeQueries(part) });
    await encodeAll(texts.documents, { parts, name: 'documents', encode: (part) => embedder.encodeDocuments(part) });
    const files = {
      documents: await joinParts(folder, parts, 'documents', texts.documents.length),
      queries: await joinParts(folder, parts, 'queries', texts.queries.length),
    };
    const truth = await writeTruth(folder);
    await writeWhole(`${folder}/passages.json`, JSON.stringify({ ...recipe, columns: COLUMNS, files, truth }, null, 2));
    await rm(parts, { recursive: true });
  } finally {
    await embedder.close();
  }
}

async function textsOf(shared) {
  const documents = [];
  for (const file of documentFiles) documents.push(...(await windowsOfCollection(`${shared}/${file}`)));
  const queries = [];
  for (const { file, count } of queryFiles) queries.push(...(await questionsOf(`${shared}/${file}`, count)));
  return { documents, queries };
}

async function encodeAll(texts, { parts, name, encode }) {
  const started = performance.now();
  let encoded = 0;
  for (let start = 0; start < texts.length; start += PART_ROWS) {
    const file = partFile(parts, name, start);
    if (existsSync(file)) continue;
    const part = texts.slice(start, start + PART_ROWS);
    const { data } = await encode(part);
    await writeWhole(file, data);
    encoded += part.length;
    const rate = Math.round((encoded * 1000) / (performance.now() - started));
    process.stderr.write(`${name}: ${start + part.length} of ${texts.length}, ${rate} a second\n`);
  }
}

/** One file of all parts; its rows and sha256. */
async function joinParts(folder, parts, name, rows) {
  const hash = createHash('sha256');
  const unfinished = await open(`${folder}/${name}.unfinished`, 'w');
  let bytes = 0;
  for (let start = 0; start < rows; start += PART_ROWS) {
    const part = await readFile(partFile(parts, name, start));
    hash.update(part);
    await unfinished.write(part);
    bytes += part.length;
  }
  await unfinished.close();
  if (bytes !== rows * COLUMNS * FLOAT_BYTES) throw new Error(`The parts of ${name} have ${bytes} bytes. Remove them.`);
  await rename(`${folder}/${name}.unfinished`, `${folder}/${name}.f32`);
  return { rows, bytes, sha256: hash.digest('hex') };
}

/** Exact nearest neighbours of all queries. */
async function writeTruth(folder) {
  const documents = await floats(`${folder}/documents.f32`);
  const queries = await floats(`${folder}/queries.f32`);
  const index = flatIndex({ dimensions: COLUMNS, similarity: 'cosine' });
  const rows = documents.length / COLUMNS;
  index.add(
    Uint32Array.from({ length: rows }, (_, row) => row),
    { data: documents, rows, columns: COLUMNS },
  );
  const count = queries.length / COLUMNS;
  const ordinals = new Uint32Array(count * NEAREST);
  const scores = new Float32Array(count * NEAREST);
  for (let start = 0; start < count; start += QUERY_BLOCK) {
    const data = queries.subarray(start * COLUMNS, (start + QUERY_BLOCK) * COLUMNS);
    const found = index.search({ data, rows: data.length / COLUMNS, columns: COLUMNS }, { topK: NEAREST });
    ordinals.set(found.ordinals, start * NEAREST);
    scores.set(found.scores, start * NEAREST);
  }
  await writeWhole(`${folder}/truth.u32`, ordinals);
  await writeWhole(`${folder}/truth-scores.f32`, scores);
  return { nearest: NEAREST, sha256: sha256(bytesOf(ordinals)) };
}

async function floats(file) {
  const { buffer, byteOffset, length } = await readFile(file);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
}

/** So that a file that has its name is whole. */
async function writeWhole(file, content) {
  await writeFile(`${file}.unfinished`, content);
  await rename(`${file}.unfinished`, file);
}

function partFile(parts, name, start) {
  return `${parts}/${name}-${String(start).padStart(7, '0')}.f32`;
}

function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: passagesFolder },
      shared: {
        type: 'string',
        default: process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url)),
      },
      threads: { type: 'string', default: '2' },
    },
  });
  await makePassages({ folder: values.folder, shared: values.shared, threads: Number(values.threads) });
}
