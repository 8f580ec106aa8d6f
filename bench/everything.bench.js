import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { experiment, openBeir } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { openPairModel } from '@sluice/inference';
import { modelFolder } from '@sluice/model-cross-minilm';
import { indexDocuments, openCollection, openModel, openSpladeModel, shippedCrossEncoders } from 'sluice';
import { collections, shared } from './collections.js';
import { rememberedScores } from './cross-encoder-quality/remembered-scores.js';
import { scoredReranker } from './cross-encoder-quality/scored-reranker.js';
import { atShare } from './cross-encoder-quality/shares.js';
import { drawnQueries, validatedWeight } from './cross-encoder-quality/validated-weight.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { rememberedVectors } from './sparse/remembered-vectors.js';

const MEASURE = 'nDCG@10';
/** How the shipped cross-encoder is read, and its share: as `openCrossEncoder` has them. */
const [{ weight: SHIPPED, scoring }] = shippedCrossEncoders;

/**
 * nDCG@10 of the shipped models, part by part and all together, nothing tuned: BM25, dense, SPLADE (query table), their
 * ready fusions by two and three; and the threefold with its first results read by the cross-encoder, alone and fused. The
 * cross-encoder's share is the one that ships, or the best on questions of other splits (SciFact's for training, CoSQA's
 * for development).
 *
 * The cross-encoder is slow: beyond `--queries` of a collection, which are drawn with a seed, none are asked, so that all
 * rows of a table are of the same queries.
 *
 *     pnpm bench everything [--queries 40] [--depth 50] [--cache DIR] [--only NAME,NAME] [--threads 2] [--dry]
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      queries: { type: 'string', default: '40' },
      depth: { type: 'string', default: '50' },
      cache: { type: 'string' },
      only: { type: 'string' },
      threads: { type: 'string', default: '2' },
      dry: { type: 'boolean', default: false },
    },
  });
  const [most, depth] = [Number(values.queries), Number(values.depth)];
  const { cache } = values;
  const sparse = await openSpladeModel('matryoshka-minilm');
  const dense = await openModel('matryoshka-minilm', { cache });
  const pairs = await openPairModel({
    ...{ model: fileURLToPath(modelFolder), precision: 'int8', threads: Number(values.threads) },
  });
  try {
    const reranker = scoredReranker(await rememberedScores(pairs, { kind: 'chunks', overlap: scoring.overlap }, cache));
    const embedders = { embedder: dense.embedder, sparseEmbedder: rememberedVectors(sparse.embedder, cache).embedder };
    const withSource = (name, work) =>
      withCollection(name, embedders, (opened) => work({ ...opened, source: opened.collection.pipeline('threefold') }));
    const { weight: validated, rows: validation } = await validatedWeight(withSource, reranker, { most, depth });
    printTable(validation);
    process.stdout.write('\n');
    const rows = new Map();
    const counts = {};
    for (const name of collections.filter((each) => !values.only || values.only.split(',').includes(each))) {
      const { queries, systems } = await measure(name, embedders, { reranker, most, depth, validated });
      counts[name] = queries;
      for (const { name: pipeline, summary, versusBaseline } of systems) {
        const row = rows.get(pipeline) ?? { scores: {}, versus: {} };
        row.scores[name] = rounded(summary[MEASURE], 4);
        if (versusBaseline) row.versus[name] = rounded(versusBaseline[MEASURE].p, 2);
        rows.set(pipeline, row);
      }
      process.stderr.write(`${name} measured\n`);
    }
    const table = [...rows].map(([pipeline, { scores }]) => ({ pipeline, ...scores, mean: meanOf(scores) }));
    printTable(table);
    const versusThreefold = Object.fromEntries([...rows].map(([pipeline, { versus }]) => [pipeline, versus]));
    const facts = {
      measure: MEASURE,
      split: 'test',
      depth,
      ...{ weight: SHIPPED, validated, validation, queries: counts },
    };
    if (!values.dry) {
      await writeResults('everything', { machine: describeMachine(), ...facts, rows: table, versusThreefold });
    }
  } finally {
    await Promise.all([sparse.close(), dense.close(), pairs.close()]);
  }
}

async function withCollection(name, { embedder, sparseEmbedder }, work) {
  const data = await openBeir(`${shared}/data/beir/${name}`);
  const directory = memoryDirectory();
  await indexDocuments(data.documents(), directory, { embedder, sparse: { name: '', embedder: sparseEmbedder } });
  const collection = await openCollection(directory, { embedder, sparseEmbedder });
  try {
    return await work({ data, collection });
  } finally {
    await collection.close();
  }
}

function measure(name, embedders, { reranker, most, depth, validated }) {
  return withCollection(name, embedders, async ({ data, collection }) => {
    const { queries, qrels } = await drawnQueries(data, 'test', most);
    const ready = Object.fromEntries(collection.pipelines.map((each) => [each, collection.pipeline(each)]));
    const sharing = (share) => atShare(ready.threefold, reranker, depth, share);
    const { systems } = await experiment({
      pipelines: {
        ...ready,
        'reranked, share that ships': sharing(SHIPPED),
        'reranked, validated share': sharing(validated),
        'reranked, no other share': sharing(1),
      },
      ...{ queries, qrels, measures: [MEASURE], baseline: 'threefold', correction: 'none', topK: 10, timedQueries: 0 },
    });
    return { queries: queries.length, systems };
  });
}

function meanOf(scores) {
  const all = Object.values(scores);
  return rounded(all.reduce((sum, score) => sum + score, 0) / all.length, 4);
}
