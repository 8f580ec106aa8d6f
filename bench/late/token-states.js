import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fullText, matrix, seededRandom, shuffled } from '@sluice/core';
import { colbertEmbedder } from '@sluice/embedders';
import { openBeir } from '@sluice/evaluation';
import { decodeFloat16, encodeFloat16 } from '@sluice/kernels';
import { writeTokenModel } from './token-model.js';

const BATCH = 50;

/**
 * Documents and test queries of a collection with the token states of all-MiniLM-L6-v2, not normalised. Encoded once (25
 * documents a second and core) and kept in `cache` as float16.
 *
 * @param {{ shared: string, cache: string, collection: string, documents: number, tokens?: 'all' | 'words' }} options
 *   at most so many documents: those that are judged, and others drawn with a seed
 */
export async function tokenStates({ shared, cache, collection, documents: limit, tokens = 'all' }) {
  const beir = await openBeir(`${shared}/data/beir/${collection}`);
  const [queries, qrels] = [await beir.queries('test'), await beir.qrels('test')];
  const documents = await sampled(beir, qrels, limit);
  await mkdir(cache, { recursive: true });
  const read = (kind, texts) =>
    cached(`${cache}/${collection}-${texts.length}-${tokens}-${kind}`, () =>
      encoded(`${shared}/models/all-MiniLM-L6-v2`, kind, texts, tokens),
    );
  return {
    documents,
    queries,
    qrels,
    documentStates: await read('documents', documents),
    queryStates: await read(
      'queries',
      queries.map(({ text }) => text),
    ),
  };
}

async function sampled(beir, qrels, limit) {
  const all = [];
  for await (const document of beir.documents()) all.push(document);
  const judged = new Set([...qrels].map(({ documentId }) => documentId));
  const order = [...shuffled(all.length, seededRandom(1))].map((at) => all[at]);
  const chosen = [...order.filter(({ id }) => judged.has(id)), ...order.filter(({ id }) => !judged.has(id))];
  return chosen.slice(0, limit).sort((left, right) => (left.id < right.id ? -1 : 1));
}

async function encoded(encoder, kind, texts, tokens) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-token-states-'));
  await writeTokenModel(encoder, folder, tokens);
  const embedder = await colbertEmbedder({ model: folder });
  const parts = [];
  try {
    for (let start = 0; start < texts.length; start += BATCH) {
      const batch = texts.slice(start, start + BATCH);
      parts.push(
        kind === 'queries' ? await embedder.encodeQueries(batch) : await embedder.encodeDocuments(batch.map(fullText)),
      );
      process.stderr.write(`\r${kind}: ${Math.min(start + BATCH, texts.length)} of ${texts.length} encoded`);
    }
  } finally {
    process.stderr.write('\n');
    await embedder.close();
    await rm(folder, { recursive: true });
  }
  return joined(parts);
}

function joined(parts) {
  const texts = parts.reduce((sum, part) => sum + part.texts, 0);
  const columns = parts[0].vectors.columns;
  const offsets = new Uint32Array(texts + 1);
  const data = new Float32Array(parts.reduce((sum, { vectors }) => sum + vectors.data.length, 0));
  let text = 0;
  let row = 0;
  for (const part of parts) {
    data.set(part.vectors.data, row * columns);
    for (let at = 1; at <= part.texts; at++) offsets[++text] = row + part.offsets[at];
    row += part.vectors.rows;
  }
  return { texts, offsets, vectors: matrix(data, columns) };
}

/** Two files: `.json` with offsets and width, `.f16` with the numbers. */
async function cached(path, make) {
  const facts = await readFile(`${path}.json`, 'utf8').catch(() => undefined);
  if (facts !== undefined) return restored(JSON.parse(facts), await readFile(`${path}.f16`));
  const made = await make();
  const halves = new Uint16Array(made.vectors.data.length);
  encodeFloat16(made.vectors.data, halves);
  await writeFile(`${path}.f16`, halves);
  const { columns } = made.vectors;
  await writeFile(`${path}.part`, JSON.stringify({ columns, offsets: [...made.offsets] }));
  await rename(`${path}.part`, `${path}.json`);
  return restored({ columns, offsets: [...made.offsets] }, Buffer.from(halves.buffer));
}

function restored({ columns, offsets }, bytes) {
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const data = new Float32Array(halves.length);
  decodeFloat16(halves, data);
  return { texts: offsets.length - 1, offsets: Uint32Array.from(offsets), vectors: matrix(data, columns) };
}
