import { createReadStream, existsSync } from 'node:fs';
import { fullText, idSpace } from '@sluice/core';
import { evaluate, openBeir, Run, readRun } from '@sluice/evaluation';
import { Bm25IndexBuilder, bm25, englishAnalyzer, rm3, rocchio } from '@sluice/retrievers';
import { collections, shared } from './collections.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const MEASURES = ['nDCG@10', 'R@100', 'AP'];
/** Anserini's, with which feedback is usually measured. */
const PARAMETERS = { k1: 0.9, b: 0.4 };
const POOL = 'msmarco-dl19-pool';

/**
 * BM25 with and without feedback on judged English collections, nothing tuned; what a search costs with it, and what an
 * index by document, the other source of term vectors, would cost in memory. Then, on TREC DL 2019, whether feedback
 * helps the same questions as in public runs over the whole of MS MARCO, of which there is only the judged pool here.
 *
 * Options: names of collections to be measured instead of all.
 */
export async function run(args) {
  const chosen = args.length > 0 ? collections.filter((name) => args.includes(name)) : collections;
  const rows = [];
  let ours;
  for (const name of chosen) {
    const measured = await measure(name);
    rows.push(...measured.rows);
    if (name === POOL) ours = measured.scores;
  }
  rows.push(...means(rows));
  printTable(rows);
  const sanity = ours && (await beside(ours));
  if (sanity) {
    process.stdout.write('\nTREC DL 2019, public runs over all passages beside ours over the pool:\n');
    printTable(sanity.runs);
    process.stdout.write(`\nPearson's correlation of what RM3 changes in AP, by question: ${sanity.correlation}\n`);
  }
  await writeResults('sparse-feedback', { machine: describeMachine(), parameters: PARAMETERS, rows, sanity });
}

async function measure(collection) {
  const data = await openBeir(`${shared}/data/beir/${collection}`);
  const documents = await collect(data.documents());
  const [queries, qrels] = await Promise.all([data.queries('test'), data.qrels('test')]);
  const analyzer = englishAnalyzer();
  const builder = new Bm25IndexBuilder(analyzer);
  for (const [ordinal, document] of documents.entries()) builder.add(ordinal, fullText(document));
  const index = builder.build();
  const ids = idSpace(documents.map(({ id }) => id));
  const space = { ...ids, texts: async (ordinals) => Array.from(ordinals, (ordinal) => documents[ordinal]) };
  const plain = bm25({ index, space, analyzer, ...PARAMETERS });
  const systems = { bm25: plain, rm3: rm3(plain), rocchio: rocchio(plain) };
  const rows = [];
  const scores = {};
  for (const [name, retriever] of Object.entries(systems)) {
    await retriever.retrieve(queries.slice(0, 20), { topK: 100 });
    const start = performance.now();
    const rankings = await retriever.retrieve(queries, { topK: 100 });
    const milliseconds = (performance.now() - start) / queries.length;
    const evaluation = await evaluate(qrels, Run.fromRankings(rankings, queries), MEASURES);
    scores[name] = evaluation;
    const quality = Object.fromEntries(MEASURES.map((each) => [each, rounded(evaluation.summary[each], 4)]));
    const memory = {
      'index, MB': rounded(index.bytes / 1e6),
      'by document, MB': rounded((8 * index.postings + 4 * index.size) / 1e6),
    };
    rows.push({ collection, system: name, ...quality, 'ms a query': rounded(milliseconds), ...memory });
  }
  return { rows, scores };
}

function means(rows) {
  return ['bm25', 'rm3', 'rocchio'].map((system) => {
    const own = rows.filter((row) => row.system === system);
    const mean = (column) => rounded(own.reduce((sum, row) => sum + row[column], 0) / own.length, 4);
    const quality = Object.fromEntries(MEASURES.map((each) => [each, mean(each)]));
    return { collection: 'mean', system, ...quality, 'ms a query': '', 'index, MB': '', 'by document, MB': '' };
  });
}

/** Public BM25 and BM25+RM3 runs beside ours, where they are. */
async function beside(ours) {
  const folder = `${shared}/golden/msmarco-dl-runs`;
  const files = { bm25: `${folder}/dl19.BM25.trec`, rm3: `${folder}/dl19.BM25_RM3.trec` };
  if (!existsSync(files.bm25)) return undefined;
  const qrels = await (await openBeir(`${shared}/data/beir/${POOL}`)).qrels('test');
  const theirs = {};
  const runs = [];
  for (const [name, file] of Object.entries(files)) {
    theirs[name] = await evaluate(qrels, await readRun(createReadStream(file)), MEASURES);
    for (const [where, { summary }] of [
      ['all passages, public', theirs[name]],
      ['pool, ours', ours[name]],
    ]) {
      runs.push({ system: name, where, ...Object.fromEntries(MEASURES.map((each) => [each, rounded(summary[each])])) });
    }
  }
  return { runs, correlation: rounded(pearson(changes(theirs), changes(ours))) };
}

/** What feedback changes in average precision, in the order of the questions. */
function changes({ bm25: before, rm3: after }) {
  return before.queryIds.map((id) => (after.valueOf('AP', id) ?? 0) - (before.valueOf('AP', id) ?? 0));
}

function pearson(left, right) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [l, r] = [mean(left), mean(right)];
  const covariance = mean(left.map((value, at) => (value - l) * (right[at] - r)));
  const spread = (values, middle) => Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return covariance / (spread(left, l) * spread(right, r));
}

async function collect(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}
