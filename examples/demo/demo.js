// Indexes this project's documentation, measures three pipelines on judged questions, and answers three of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { experiment, formatComparison, readJsonlQueries, readQrels } from '@sluice/evaluation';
import { folderDocuments, indexDocuments, openCollection, openModel } from 'sluice';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'sluice-demo-'));

try {
  const model = await openModel('static');
  const started = performance.now();
  const { documents } = await indexDocuments(guides(), folder, { model });
  console.log(`Indexed the documentation: ${documents} passages in ${seconds(started)} s.\n`);

  const collection = await openCollection(folder);
  try {
    await measure(collection);
    await answer(collection);
    console.log('Next: npx --no sluice index docs --out index && npx --no sluice search index "your question"');
  } finally {
    await collection.close();
  }
} finally {
  await rm(folder, { recursive: true });
}

/** The guides; the decision records, which say the same things again, have not been judged. */
async function* guides() {
  for await (const passage of folderDocuments(here('../../docs'))) {
    if (!passage.metadata.path.startsWith('decisions/')) yield passage;
  }
}

async function measure(collection) {
  const queries = [];
  for await (const query of readJsonlQueries(here('questions.jsonl'))) queries.push(query);
  const comparison = await experiment({
    pipelines: Object.fromEntries(collection.pipelines.map((name) => [name, collection.pipeline(name)])),
    queries,
    qrels: await readQrels(here('qrels.tsv')),
    measures: ['nDCG@10', 'RR@10', 'R@10'],
    baseline: 'bm25',
    topK: 10,
  });
  console.log(`${queries.length} questions, written and judged for these pages, answered by three pipelines:\n`);
  console.log(formatComparison(comparison, 'text'));
}

async function answer(collection) {
  const questions = [
    'two processes write at the same moment: what happens?',
    'how are two results with the same score put in order?',
    'how do I turn scores into calibrated probabilities?',
  ];
  for (const question of questions) {
    console.log(`? ${question}`);
    const passages = await collection.search(question, { topK: 2 });
    for (const { text, metadata } of passages) {
      console.log(`  ${shortened(text.replace(/\s+/g, ' '), 240)}`);
      console.log(`  [docs/${metadata.path}:${metadata.line}, ${metadata.heading}]\n`);
    }
  }
}

function shortened(text, length) {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
