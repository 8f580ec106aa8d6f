import { experiment, openBeir } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { indexDocuments, openCollection, openModel, openSpladeModel } from 'sluice';
import { collections, shared } from './collections.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { rememberedVectors } from './sparse/remembered-vectors.js';

const small = ['xquad-en', 'med'];

/**
 * nDCG@10 of the shipped sparse head on judged collections: alone and fused with BM25 at the ready pipelines' fixed
 * weights, with queries weighed by the table and by the model, beside BM25. Nothing is tuned.
 *
 * Options: `--collections NAMES` with commas, `--all` for every one (34,000 documents to encode) instead of the two
 * small ones; `--cache DIR` remembers the documents' vectors; `--dense` adds the dense vectors of the same model and all
 * three fused.
 */
export async function run(args) {
  const machine = describeMachine();
  const optionOf = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const asked = optionOf('--collections')?.split(',') ?? (args.includes('--all') ? collections : small);
  const cache = optionOf('--cache');
  const measured = collections.filter((name) => asked.includes(name));
  if (measured.length === 0) {
    process.stdout.write('No judged collections: set SLUICE_SHARED to the folder that has data/beir.\n');
    return;
  }
  const free = await openSpladeModel('matryoshka-minilm');
  const model = await openSpladeModel('matryoshka-minilm', { queries: 'model' });
  const dense = args.includes('--dense') ? await openModel('matryoshka-minilm', { cache }) : undefined;
  const documents = rememberedVectors(free.embedder, cache);
  const kinds = {
    table: documents.embedder,
    model: { ...documents.embedder, encodeQueries: (texts, options) => model.embedder.encodeQueries(texts, options) },
  };
  const rows = new Map();
  for (const collection of measured) {
    for (const [kind, embedder] of Object.entries(kinds)) {
      for (const [name, score] of await measure(collection, embedder, dense?.embedder)) {
        const row = name === 'bm25' || name === 'dense' || name === 'hybrid' ? name : `${name}, ${kind} queries`;
        rows.set(row, { ...rows.get(row), [collection]: rounded(score, 4) });
      }
    }
    process.stderr.write(`${collection} measured\n`);
    const terms = rounded(documents.terms / Math.max(1, documents.rows), 1);
    const table = [...rows].map(([pipeline, scores]) => ({ pipeline, ...scores, mean: meanOf(scores) }));
    await writeResults('splade', { machine, measure: 'nDCG@10', split: 'test', termsOfADocument: terms, rows: table });
  }
  printTable([...rows].map(([pipeline, scores]) => ({ pipeline, ...scores, mean: meanOf(scores) })));
  await Promise.all([free.close(), model.close(), dense?.close()]);
}

function meanOf(scores) {
  const all = Object.values(scores);
  return rounded(all.reduce((sum, score) => sum + score, 0) / all.length, 4);
}

async function measure(collection, embedder, dense) {
  const data = await openBeir(`${shared}/data/beir/${collection}`);
  const directory = memoryDirectory();
  await indexDocuments(data.documents(), directory, { sparse: { name: '', embedder }, embedder: dense });
  const opened = await openCollection(directory, { sparseEmbedder: embedder, embedder: dense });
  try {
    const { systems } = await experiment({
      pipelines: Object.fromEntries(opened.pipelines.map((name) => [name, opened.pipeline(name)])),
      queries: await data.queries('test'),
      qrels: await data.qrels('test'),
      measures: ['nDCG@10'],
      topK: 10,
      timedQueries: 0,
    });
    return systems.map(({ name, summary }) => [name, summary['nDCG@10']]);
  } finally {
    await opened.close();
  }
}
