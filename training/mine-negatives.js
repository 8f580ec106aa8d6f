import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { seededRandom } from '../packages/core/dist/index.js';
import { memoryDirectory } from '../packages/files/dist/index.js';
import { indexDocuments, openCollection, openModel } from '../packages/sluice/dist/index.js';
import { jsonLines } from './json-lines.js';

/**
 * `node mine-negatives.js FOLDER`: hard negatives of every `NAME.queries.jsonl` from its `NAME.passages.jsonl`, which
 * `python -m sluice_training.pools` writes, into `NAME.negatives.jsonl`.
 *
 * The default hybrid with the shipped static model ranks the source's own passages. Negatives are drawn from ranks 5 to
 * 60: above them too many are answers that nobody marked. Held-out queries have their whole list instead, to be
 * reranked.
 */
const DEPTH = 60;
const FIRST = 5;
/** Negatives of a query, half of them from the nearer half of the ranks. */
const WANTED = 12;
const NEAR = 20;
/** Words shared (Jaccard) with an answer from which a passage counts as the same text. */
const SAME = 0.6;
const BATCH = 256;

const [folder] = process.argv.slice(2);
for (const file of await readdir(folder)) {
  if (file.endsWith('.queries.jsonl')) await mine(file.replace('.queries.jsonl', ''));
}

async function mine(name) {
  const passages = await jsonLines(`${folder}/${name}.passages.jsonl`);
  const queries = await jsonLines(`${folder}/${name}.queries.jsonl`);
  const { embedder } = await openModel('static');
  const directory = memoryDirectory();
  await indexDocuments(passages, directory, { embedder });
  const collection = await openCollection(directory, { embedder });
  const words = wordSets(passages);
  const random = seededRandom(6);
  const out = createWriteStream(`${folder}/${name}.negatives.jsonl`);
  for (let start = 0; start < queries.length; start += BATCH) {
    const batch = queries.slice(start, start + BATCH);
    // As deep as the sources are asked anyway: answers far below have their scores too.
    const rankings = await collection.retrieve(
      batch.map(({ query }) => ({ text: query })),
      { topK: 1000 },
    );
    for (const [at, ranking] of rankings.entries()) {
      out.write(`${JSON.stringify(rowOf(batch[at], ranking, words, random))}\n`);
    }
  }
  await new Promise((done) => out.end(done));
  await collection.close();
  process.stderr.write(`${name}: ${queries.length} queries over ${passages.length} passages\n`);
}

function rowOf({ query, positives, negatives, doubtful, held_out }, ranking, words, random) {
  const scored = scoredCandidates(ranking);
  const answers = new Set(positives);
  const withScores = (id) => scored.byId.get(id) ?? { id };
  const row = { query, held_out, positives: positives.map(withScores) };
  if (held_out) return { ...row, list: scored.list.slice(0, DEPTH) };
  const unfit = new Set([...positives, ...doubtful]);
  const same = (id) => positives.some((answer) => jaccard(words(id), words(answer)) >= SAME);
  const fit = scored.list.slice(FIRST - 1, DEPTH).filter(({ id }) => !unfit.has(id) && !same(id));
  const known = negatives.filter((id) => !answers.has(id)).map(withScores);
  const near = shuffled(
    fit.filter(({ rank }) => rank <= NEAR),
    random,
  );
  const far = shuffled(
    fit.filter(({ rank }) => rank > NEAR),
    random,
  );
  const nearTaken = near.slice(0, Math.max(WANTED / 2, WANTED - far.length));
  const mined = [...nearTaken, ...far.slice(0, WANTED - nearTaken.length)];
  const knownIds = new Set(known.map(({ id }) => id));
  const list = [...known, ...mined.filter(({ id }) => !knownIds.has(id))];
  return { ...row, negatives: list.slice(0, Math.max(WANTED, known.length)) };
}

/** Rank from 1, score of the hybrid, and what each source said; a source that did not return it is absent. */
function scoredCandidates(ranking) {
  const list = ranking.toDocuments().map(({ id, rank, score, sources }) => ({
    id,
    rank,
    hybrid: rounded(score),
    ...Object.fromEntries(Object.entries(sources).map(([source, found]) => [source, rounded(found.score)])),
  }));
  return { list, byId: new Map(list.map((candidate) => [candidate.id, candidate])) };
}

function rounded(value) {
  return Math.round(value * 1e4) / 1e4;
}

function shuffled(items, random) {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  return mixed;
}

function wordSets(passages) {
  const texts = new Map(passages.map(({ id, text }) => [id, text]));
  const sets = new Map();
  return (id) => {
    const known =
      sets.get(id) ??
      new Set(
        texts
          .get(id)
          .toLowerCase()
          .match(/[\p{L}\p{N}]+/gu),
      );
    sets.set(id, known);
    return known;
  };
}

function jaccard(one, other) {
  let shared = 0;
  for (const word of one) if (other.has(word)) shared++;
  return shared / Math.max(1, one.size + other.size - shared);
}
