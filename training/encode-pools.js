import { createHash } from 'node:crypto';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { openModel } from '../packages/sluice/dist/index.js';
import { jsonLines } from './json-lines.js';

/**
 * `node encode-pools.js FOLDER OUT [PASSAGES]`: vectors of what `mine-negatives.js` left in FOLDER, for the cross-encoder
 * to learn similarities from: `NAME.passages.f32`, `NAME.queries.f32` and their keys in JSON.
 *
 * Of each source at most PASSAGES (8,000) are encoded: the answers and first negatives of its questions, an article
 * after the other in an order that depends on nothing but their names, until there are enough.
 */
const NEGATIVES = 6;
/** Texts that are encoded at once: sorted by length among themselves. */
const BATCH = 1024;

const [folder, out, most = '8000'] = process.argv.slice(2);
const { embedder, close } = await openModel('matryoshka-minilm');
await mkdir(out, { recursive: true });
for (const file of await readdir(folder)) {
  if (file.endsWith('.negatives.jsonl')) await encode(file.replace('.negatives.jsonl', ''));
}
await close();

async function encode(name) {
  const rows = (await jsonLines(`${folder}/${name}.negatives.jsonl`)).filter(({ held_out }) => !held_out);
  const passages = new Map((await jsonLines(`${folder}/${name}.passages.jsonl`)).map(({ id, text }) => [id, text]));
  const chosen = chosenOf(rows, Number(most));
  const queries = rows.filter(({ positives }) => positives.some(({ id }) => chosen.has(id))).map(({ query }) => query);
  const ids = [...chosen];
  await write(`${out}/${name}.passages`, ids, (part) => embedder.encodeDocuments(part.map((id) => passages.get(id))));
  await write(`${out}/${name}.queries`, queries, (part) => embedder.encodeQueries(part));
  process.stderr.write(`${name}: ${queries.length} queries, ${ids.length} passages\n`);
}

function chosenOf(rows, most) {
  const keyed = rows.filter(({ negatives }) => negatives.length > 0).map((row) => ({ row, key: articleKey(row) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  const chosen = new Set();
  for (const { row } of keyed) {
    for (const { id } of [...row.positives, ...row.negatives.slice(0, NEGATIVES)]) chosen.add(id);
    if (chosen.size >= most) break;
  }
  return chosen;
}

/** Passages of an article share what stands before the hyphen. */
function articleKey({ positives }) {
  return createHash('sha256').update(positives[0].id.split('-')[0]).digest('hex');
}

async function write(stem, keys, encodeTexts) {
  const file = await open(`${stem}.f32`, 'w');
  for (let start = 0; start < keys.length; start += BATCH) {
    const { data } = await encodeTexts(keys.slice(start, start + BATCH));
    await file.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  await file.close();
  await writeFile(`${stem}.json`, JSON.stringify(keys));
}
