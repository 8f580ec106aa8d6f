import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { collections } from '../collections.js';

/** Characters of the passages among the mixed texts, in turn: from a sentence to a paragraph. */
const LENGTHS = [60, 90, 140, 200, 300, 450, 700];

/** Title and text of the first `count` documents of SciFact. */
export async function abstracts(shared, count) {
  return documentsOf(`${shared}/data/beir/scifact/corpus.jsonl`, count);
}

/**
 * Short texts of different lengths, in an order that mixes them: every second one a query (of thirty collections), the
 * others beginnings of documents of the judged collections.
 */
export async function mixed(shared, count) {
  const passages = await beginnings(shared, Math.floor(count / 2));
  const queries = spreadOver(queryLines(shared), count - passages.length).map((line) => JSON.parse(line).text);
  return Array.from({ length: count }, (_, at) => (at % 2 ? passages[at >> 1] : queries[at >> 1]) ?? queries[0]);
}

function queryLines(shared) {
  return gunzipSync(readFileSync(`${shared}/golden/bert-wordpiece/pairs.jsonl.gz`))
    .toString()
    .trimEnd()
    .split('\n');
}

async function beginnings(shared, count) {
  const each = Math.ceil(count / collections.length);
  const sources = collections.map((name) => documentsOf(`${shared}/data/beir/${name}/corpus.jsonl`, each));
  const columns = await Promise.all(sources);
  const texts = Array.from({ length: each }, (_, row) => columns.map((column) => column[row])).flat();
  return texts
    .filter((text) => text !== undefined)
    .slice(0, count)
    .map(beginning);
}

/** A text cut at a blank, to a length that follows from its number. */
function beginning(text, at) {
  const length = LENGTHS[at % LENGTHS.length];
  const end = text.lastIndexOf(' ', length);
  return text.length <= length ? text : text.slice(0, end > 0 ? end : length);
}

function spreadOver(lines, count) {
  const step = Math.max(1, lines.length / count);
  return Array.from({ length: count }, (_, at) => lines[Math.floor(at * step) % lines.length]);
}

async function documentsOf(file, count) {
  const texts = [];
  if (count === 0) return texts;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { title, text } = JSON.parse(line);
    texts.push(title ? `${title} ${text}` : text);
    if (texts.length === count) break;
  }
  return texts;
}
