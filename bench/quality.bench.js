import { existsSync } from 'node:fs';
import { experiment, openBeir } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { indexDocuments, openCollection, openModel } from 'sluice';
import { collections, shared } from './collections.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

/**
 * nDCG@10 of the ready pipelines on judged collections, with the shipped model and with all-MiniLM-L6-v2, nothing tuned.
 *
 * Options: `--cache DIR` remembers the transformer's vectors; `--static` leaves the transformer out.
 */
export async function run(args) {
  const machine = describeMachine();
  const cacheAt = args.indexOf('--cache');
  const cache = cacheAt < 0 ? undefined : args[cacheAt + 1];
  const minilm = `${shared}/models/all-MiniLM-L6-v2`;
  const models = [{ name: 'static', folder: 'static' }];
  if (!args.includes('--static') && existsSync(minilm)) models.push({ name: 'MiniLM', folder: minilm });
  if (collections.length === 0) {
    process.stdout.write('No judged collections: set SLUICE_SHARED to the folder that has data/beir.\n');
    return;
  }
  const rows = new Map();
  for (const collection of collections) {
    for (const model of models) {
      for (const { name, summary } of await measure(collection, model.folder, cache)) {
        const row = name === 'bm25' ? 'BM25' : name === 'dense' ? model.name : `hybrid, ${model.name}`;
        rows.set(row, { ...rows.get(row), [collection]: rounded(summary['nDCG@10'], 4) });
      }
    }
    process.stderr.write(`${collection} measured\n`);
  }
  const table = [...rows].map(([pipeline, scores]) => ({
    pipeline,
    ...scores,
    mean: rounded(Object.values(scores).reduce((sum, score) => sum + score, 0) / collections.length, 4),
  }));
  printTable(table);
  await writeResults('quality', { machine, measure: 'nDCG@10', split: 'test', rows: table });
}

async function measure(collection, modelName, cache) {
  const data = await openBeir(`${shared}/data/beir/${collection}`);
  const { embedder } = await openModel(modelName, { cache });
  const directory = memoryDirectory();
  await indexDocuments(data.documents(), directory, { embedder });
  const opened = await openCollection(directory, { embedder });
  try {
    const { systems } = await experiment({
      pipelines: Object.fromEntries(opened.pipelines.map((name) => [name, opened.pipeline(name)])),
      queries: await data.queries('test'),
      qrels: await data.qrels('test'),
      measures: ['nDCG@10'],
      topK: 10,
      timedQueries: 0,
    });
    return systems;
  } finally {
    await opened.close();
    await embedder.close?.();
  }
}
