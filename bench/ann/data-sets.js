import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { passagesFolder } from './passages.js';

const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const IMAGE_HEADER_BYTES = 16;
const PIXELS = 784;
const SIFT_COLUMNS = 128;
const BGE_COLUMNS = 768;
const MINILM_COLUMNS = 384;

/**
 * Vectors to search, and queries that are not among them.
 *
 * `passages`: text embeddings that `node bench/ann/passages.js` makes. `bge`, `sift`, `mnist`: of the shared folder,
 * every `n`th vector as a query.
 */
const sources = {
  passages: { needs: `${passagesFolder}/passages.json`, load: () => fromFolder(passagesFolder, MINILM_COLUMNS) },
  bge: {
    needs: `${shared}/vectors/bge-base-en-v1.5-queries/vectors.f32`,
    load: (file) => heldOut(floats(file), BGE_COLUMNS, { every: 20, similarity: 'cosine' }),
  },
  sift: {
    needs: `${shared}/vectors/sift-5k/sift-dataset-5k.tsv`,
    load: (file) => heldOut(tabbed(file, SIFT_COLUMNS), SIFT_COLUMNS, { every: 20, similarity: 'euclidean' }),
  },
  mnist: {
    needs: `${shared}/vectors/mnist-t10k/t10k-images-idx3-ubyte.gz`,
    load: (file) =>
      heldOut(Float32Array.from(gunzipSync(readFileSync(file)).subarray(IMAGE_HEADER_BYTES)), PIXELS, {
        every: 20,
        similarity: 'euclidean',
      }),
  },
};

/** Names of those that are on this machine. */
export function presentDataSets() {
  return Object.keys(sources).filter((name) => existsSync(sources[name].needs));
}

/**
 * @returns {{ name: string, similarity: 'cosine' | 'euclidean', vectors: Float32Array, questions: Float32Array,
 *   columns: number, documents: number, queries: number }} rows of `vectors` and `questions` are `columns` wide
 */
export function loadDataSet(name) {
  const source = sources[name];
  if (!source) throw new Error(`There is no data set "${name}". Use ${Object.keys(sources).join(', ')}.`);
  if (!existsSync(source.needs)) throw new Error(`The data set "${name}" is not here: its file is missing.`);
  return { name, ...source.load(source.needs) };
}

/** `documents.f32` and `queries.f32` of a folder, unit length. */
export function fromFolder(folder, columns) {
  return shaped(floats(`${folder}/documents.f32`), floats(`${folder}/queries.f32`), { columns, similarity: 'cosine' });
}

/** Fewer documents (the first) and queries (evenly spread), where that was asked for. */
export function limited(data, { documents, queries }) {
  const { columns } = data;
  const kept = Math.min(data.documents, Number(documents ?? data.documents));
  const asked = Math.min(data.queries, Number(queries ?? data.queries));
  const rows = Array.from({ length: asked }, (_, at) => Math.floor((at * data.queries) / asked));
  return { ...data, ...shaped(data.vectors.subarray(0, kept * columns), picked(data.questions, columns, rows), data) };
}

/** One question. */
export function queryOf({ questions, columns }, query) {
  return questions.subarray(query * columns, (query + 1) * columns);
}

function heldOut(all, columns, { every, similarity }) {
  const rows = Array.from({ length: all.length / columns }, (_, row) => row);
  const asks = (row) => row % every === 0;
  const vectors = picked(
    all,
    columns,
    rows.filter((row) => !asks(row)),
  );
  return shaped(vectors, picked(all, columns, rows.filter(asks)), { columns, similarity });
}

function shaped(vectors, questions, { columns, similarity }) {
  const [documents, queries] = [vectors.length / columns, questions.length / columns];
  return { vectors, questions, columns, similarity, documents, queries };
}

function picked(all, columns, rows) {
  const found = new Float32Array(rows.length * columns);
  for (const [at, row] of rows.entries()) found.set(all.subarray(row * columns, (row + 1) * columns), at * columns);
  return found;
}

/** Further columns of a line are left out. */
function tabbed(file, columns) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const values = new Float32Array(lines.length * columns);
  for (const [row, line] of lines.entries()) values.set(line.split('\t', columns).map(Number), row * columns);
  return values;
}

function floats(file) {
  const { buffer, byteOffset, length } = readFileSync(file);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
}
