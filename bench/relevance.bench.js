import { openBeir, pooledPrecisionRecallArea } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { candidateLogits, fitListAdapter } from '@sluice/rerankers';
import { indexDocuments, openCollection, openModel } from 'sluice';
import { collections, shared } from './collections.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const DEPTH = 100;
const FOLDS = 5;

/**
 * Pooled PR AUC of what decides a cut-off, over each query's first 100 by cosine: raw cosine, per-query z-score, share of
 * the top, and the list adapter fitted on the other folds of the collection (`within`) and on the other collections
 * (`across`). No query is scored by a model that saw it.
 *
 * Options: `--model NAME` (default static), `--cache DIR`.
 */
export async function run(args) {
  const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const model = option('--model', 'static');
  const data = new Map();
  for (const name of collections) {
    data.set(name, await listsOf(name, model, option('--cache')));
    process.stderr.write(`${name}: ${data.get(name).length} lists\n`);
  }
  const rows = [...data].map(([name, lists]) => {
    const others = [...data].filter(([other]) => other !== name).flatMap(([, each]) => each);
    const raw = areaOf(lists, ({ dense }) => dense);
    const ratio = (area) => rounded(area / raw, 3);
    return {
      collection: name,
      queries: lists.length,
      'raw PR AUC': rounded(raw, 3),
      'z-score': ratio(areaOf(lists, zScores)),
      'share of top': ratio(areaOf(lists, ({ dense }) => dense.map((score) => score / Math.max(...dense)))),
      'list, dense, within': ratio(crossFitted(lists.map(withoutLexical))),
      'list, within': ratio(crossFitted(lists)),
      'list, dense, across': ratio(fittedOn(others.map(withoutLexical), lists.map(withoutLexical))),
      'list, across': ratio(fittedOn(others, lists)),
    };
  });
  const mean = { collection: 'mean', queries: rows.reduce((sum, row) => sum + row.queries, 0) };
  for (const column of Object.keys(rows[0] ?? {}).slice(2)) {
    mean[column] = rounded(rows.reduce((sum, row) => sum + row[column], 0) / rows.length, 3);
  }
  printTable([...rows, mean]);
  await writeResults('relevance', {
    machine: describeMachine(),
    model,
    depth: DEPTH,
    folds: FOLDS,
    rows: [...rows, mean],
  });
}

async function listsOf(name, modelName, cache) {
  const beir = await openBeir(`${shared}/data/beir/${name}`);
  const { embedder } = await openModel(modelName, { cache });
  const directory = memoryDirectory();
  await indexDocuments(beir.documents(), directory, { embedder });
  const collection = await openCollection(directory, { embedder });
  const [queries, qrels] = [await beir.queries('test'), await beir.qrels('test')];
  const { dense, bm25 } = collection.sources;
  const rankings = await dense.retrieve(queries, { topK: DEPTH });
  const lexical = await bm25.score(queries, rankings);
  const lists = queries.map(({ id }, at) => ({
    dense: rankings[at].scores,
    lexical: lexical[at],
    labels: Uint8Array.from(rankings[at].ids, (document) => ((qrels.grade(id, document) ?? 0) > 0 ? 1 : 0)),
  }));
  await collection.close();
  await embedder.close?.();
  return lists.filter(({ labels }) => labels.length > 0);
}

function withoutLexical({ dense, labels }) {
  return { dense, labels };
}

function crossFitted(lists) {
  const scores = lists.map(() => undefined);
  for (let fold = 0; fold < FOLDS; fold++) {
    const model = fitListAdapter(lists.filter((_, at) => at % FOLDS !== fold));
    for (let at = fold; at < lists.length; at += FOLDS) scores[at] = candidateLogits(model, lists[at]);
  }
  return areaOf(lists, (_, at) => scores[at]);
}

function fittedOn(training, lists) {
  const model = fitListAdapter(training);
  return areaOf(lists, (list) => candidateLogits(model, list));
}

function zScores({ dense }) {
  const mean = dense.reduce((sum, score) => sum + score, 0) / dense.length;
  const deviation = Math.sqrt(dense.reduce((sum, score) => sum + (score - mean) ** 2, 0) / dense.length);
  return dense.map((score) => (deviation === 0 ? 0 : (score - mean) / deviation));
}

function areaOf(lists, scoresOf) {
  const pairs = lists
    .flatMap((list, at) => Array.from(scoresOf(list, at), (score, rank) => ({ score, label: list.labels[rank] })))
    .sort((left, right) => right.score - left.score);
  const labels = Uint8Array.from(pairs, ({ label }) => label);
  const retrieved = labels.reduce((sum, label) => sum + label, 0);
  return pooledPrecisionRecallArea({
    scores: Float64Array.from(pairs, ({ score }) => score),
    labels,
    retrieved,
    judged: retrieved,
  });
}
