import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fullText, idSpace, logitScale, Ranking, rowOf, seededRandom, shuffled } from '@sluice/core';
import { openBeir } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { openPairModel } from '@sluice/inference';
import { modelFolder } from '@sluice/model-cross-minilm';
import { adaptiveAnncur, anncur, fitAnchorMap, randomAnchors } from '@sluice/retrievers';
import { indexDocuments, openCollection, openModel } from 'sluice';
import { shared } from './collections.js';
import { rememberedScores } from './cross-encoder-quality/remembered-scores.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

/** Enough for a paragraph's beginning: what is compared is how well scores are foretold, not how good they are. */
const MAX_TOKENS = 96;
const BUDGETS = [10, 20, 40, 80];
const DEPTHS = [1, 10];
const SEED = 8;

/**
 * Of the cross-encoder's own best 1 and 10 over a whole collection, how many are found with few calls: by reranking what
 * the default hybrid (static model) finds first, by ANNCUR (half of the calls for anchors), and by its adaptive form from
 * random items and from the hybrid's first. All pairs are scored once (items x queries), and kept in `--cache`.
 *
 *     pnpm bench anncur [--collection xquad-en] [--items 120] [--anchor-queries 60] [--test-queries 30] [--cache DIR]
 *       [--threads 2] [--dry]
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      collection: { type: 'string', default: 'xquad-en' },
      items: { type: 'string', default: '120' },
      'anchor-queries': { type: 'string', default: '60' },
      'test-queries': { type: 'string', default: '30' },
      cache: { type: 'string' },
      threads: { type: 'string', default: '2' },
      dry: { type: 'boolean', default: false },
    },
  });
  const sizes = {
    items: Number(values.items),
    anchors: Number(values['anchor-queries']),
    tests: Number(values['test-queries']),
  };
  const { documents, queries } = await drawn(values.collection, sizes);
  const model = await openPairModel({
    ...{ model: fileURLToPath(modelFolder), precision: 'int8', threads: Number(values.threads), maxTokens: MAX_TOKENS },
  });
  let scores;
  try {
    const score = await rememberedScores(model, { kind: 'second only' }, values.cache);
    const pairs = queries.flatMap(({ text }) => documents.map((item) => ({ query: text, passage: fullText(item) })));
    scores = { data: await score(pairs), rows: queries.length, columns: documents.length };
  } finally {
    await model.close();
  }
  const rows = await compare(documents, queries, scores, sizes.anchors);
  printTable(rows);
  const facts = { collection: values.collection, ...sizes, maxTokens: MAX_TOKENS };
  if (!values.dry) await writeResults('anncur', { machine: describeMachine(), ...facts, rows });
}

/** Items and queries at random; the anchor queries first. */
async function drawn(name, { items, anchors, tests }) {
  const beir = await openBeir(`${shared}/data/beir/${name}`);
  const [documents, queries] = [await listOf(beir.documents()), await beir.queries('test')];
  const random = seededRandom(SEED);
  const pick = (list, count) => [...shuffled(list.length, random)].slice(0, count).map((at) => list[at]);
  return { documents: pick(documents, items), queries: pick(queries, anchors + tests) };
}

async function compare(documents, queries, scores, anchorQueries) {
  const { columns } = scores;
  const known = { data: scores.data.subarray(0, anchorQueries * columns), rows: anchorQueries, columns };
  const space = idSpace(documents.map(({ id }) => id));
  const asked = queries.slice(anchorQueries).map(({ text }, at) => ({ id: String(anchorQueries + at), text }));
  const truth = (query) => rowOf(scores, Number(query.id));
  const score = async (all, ordinals) =>
    all.map((query, at) => Float32Array.from(ordinals[at], (ordinal) => truth(query)[ordinal]));
  const search = { score, scale: logitScale, space };
  const hybrid = await hybridOver(documents, space);
  const rows = [];
  for (const calls of BUDGETS.filter((budget) => budget < columns)) {
    const map = await fitAnchorMap({ scores: known, anchors: randomAnchors(columns, calls / 2, SEED) });
    const systems = {
      'hybrid, reranked': hybrid,
      ANNCUR: anncur({ ...search, map, calls }),
      'adaptive, random start': adaptiveAnncur({ ...search, scores: known, calls, seed: SEED }),
      'adaptive, hybrid start': adaptiveAnncur({ ...search, scores: known, calls, start: hybrid }),
    };
    for (const [system, retriever] of Object.entries(systems)) {
      const rankings = await retriever.retrieve(asked, { topK: calls });
      const recalls = DEPTHS.map((depth) => [`recall@${depth}`, rounded(recall(asked, rankings, truth, depth), 3)]);
      rows.push({ calls, system, ...Object.fromEntries(recalls) });
    }
  }
  return rows;
}

/** Of the scorer's own best `depth`, the share that is among what was scored. */
function recall(asked, rankings, truth, depth) {
  let hits = 0;
  for (const [at, query] of asked.entries()) {
    const scores = truth(query);
    const best = [...scores.keys()].sort((left, right) => scores[right] - scores[left]).slice(0, depth);
    hits += best.filter((ordinal) => rankings[at].ordinals.includes(ordinal)).length;
  }
  return hits / (asked.length * depth);
}

/** The default hybrid over the drawn items, in their space. */
async function hybridOver(documents, space) {
  const { embedder } = await openModel('static');
  const directory = memoryDirectory();
  await indexDocuments(documents, directory, { embedder });
  const collection = await openCollection(directory, { embedder });
  const pipeline = collection.pipeline('hybrid');
  return {
    name: 'hybrid',
    scale: pipeline.scale,
    async retrieve(queries, options) {
      const rankings = await pipeline.retrieve(queries, options);
      return rankings.map(({ ids, scores, scale }) => {
        const ordinals = Uint32Array.from(ids, (id) => space.ordinalOf(id));
        return new Ranking({ space, ordinals, scores, scale });
      });
    },
  };
}

async function listOf(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}
