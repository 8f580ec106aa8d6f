import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { auroc, experiment, openBeir } from '@sluice/evaluation';
import { memoryDirectory } from '@sluice/files';
import { openPairModel } from '@sluice/inference';
import { modelFolder } from '@sluice/model-cross-minilm';
import { interpolate } from '@sluice/rerankers';
import { indexDocuments, openCollection, openModel, shippedCrossEncoders, standardised } from 'sluice';
import { collections, shared } from './collections.js';
import { rememberedScores } from './cross-encoder-quality/remembered-scores.js';
import { scoredReranker } from './cross-encoder-quality/scored-reranker.js';
import { pipelinesByShare, sharesOfOthers, shareTable } from './cross-encoder-quality/shares.js';
import { drawnQueries, validatedWeight } from './cross-encoder-quality/validated-weight.js';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const MEASURE = 'nDCG@10';
/** How the shipped cross-encoder is read, and its share: as `openCrossEncoder` has them. */
const [{ weight: SHIPPED, scoring }] = shippedCrossEncoders;

/**
 * What the shipped cross-encoder adds to the default hybrid with the static model: the first 50 reranked, alone and fused
 * at one weight, on the nine English collections; and whether the best score tells that nothing is relevant (documents
 * that are relevant removed, those that come next in their places).
 *
 * `ships` is at the share that ships, `across` at the one that is best on the other collections, `splits` at the one that is
 * best on questions of other splits (SciFact's for training, CoSQA's for development). The file has every share.
 *
 *     pnpm bench cross-encoder [--model FOLDER] [--precision int8] [--queries 25] [--depth 50]
 *       [--max-tokens N] [--long max|first] [--cache DIR] [--threads 2] [--only NAME,NAME] [--dry]
 */
export async function run(args) {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string', default: fileURLToPath(modelFolder) },
      precision: { type: 'string', default: 'int8' },
      queries: { type: 'string', default: '25' },
      'max-tokens': { type: 'string' },
      long: { type: 'string', default: 'max' },
      depth: { type: 'string', default: '50' },
      cache: { type: 'string' },
      threads: { type: 'string', default: '2' },
      only: { type: 'string' },
      dry: { type: 'boolean', default: false },
    },
  });
  const [most, depth] = [Number(values.queries), Number(values.depth)];
  const window = values['max-tokens'];
  const model = await openPairModel({
    ...{ model: values.model, precision: values.precision, threads: Number(values.threads) },
    ...(window && { maxTokens: Number(window) }),
  });
  try {
    const reranker = scoredReranker(await rememberedScores(model, longPairs(values.long), values.cache));
    const { weight: validated, rows: validation } = await validatedWeight(withHybrid, reranker, { most, depth });
    printTable(validation);
    process.stdout.write('\n');
    const chosen = collections.filter((name) => !values.only || values.only.split(',').includes(name));
    const measured = [];
    for (const name of chosen) {
      measured.push(await measure(name, reranker, { most, depth }));
      process.stderr.write(`${name} measured\n`);
    }
    const scores = measured.map(({ shares }) => scoresOf(shares));
    const others = sharesOfOthers(scores);
    const rows = measured.map((each, at) => rowOf(each, { across: others[at], splits: validated }));
    const table = rows.length > 1 ? [...rows, meanOf(rows)] : rows;
    printTable(table);
    const byShare = shareTable(measured.map(({ collection }, at) => [collection, scores[at]]));
    process.stdout.write('\n');
    printTable(byShare);
    if (values.dry) return;
    const facts = {
      precision: values.precision,
      depth,
      queriesAtMost: most,
      maxTokens: model.folder.maxTokens,
      longPassages: values.long,
      ...{ weight: SHIPPED, validated, validation, byShare },
    };
    await writeResults('cross-encoder', { machine: describeMachine(), measure: MEASURE, ...facts, rows: table });
  } finally {
    await model.close();
  }
}

/** `first`: the beginning of a passage that does not fit; `max`: the best of its stretches. */
function longPairs(long) {
  return long === 'max' ? { kind: 'chunks', overlap: scoring.overlap } : { kind: 'second only' };
}

async function withHybrid(name, work) {
  const data = await openBeir(`${shared}/data/beir/${name}`);
  const { embedder } = await openModel('static');
  const directory = memoryDirectory();
  await indexDocuments(data.documents(), directory, { embedder });
  const collection = await openCollection(directory, { embedder });
  try {
    return await work({ data, collection, source: collection.pipeline('hybrid') });
  } finally {
    await collection.close();
    await embedder.close?.();
  }
}

/** Each share of the cross-encoder beside the hybrid alone, and what the best scores tell. */
function measure(name, reranker, { most, depth }) {
  return withHybrid(name, async ({ data, collection, source: hybrid }) => {
    const { queries, qrels, allQrels } = await drawnQueries(data, 'test', most);
    const pipelines = pipelinesByShare(hybrid, reranker, depth);
    const { systems } = await experiment({
      pipelines: Object.fromEntries(pipelines),
      ...{ queries, qrels, measures: [MEASURE], baseline: '0', correction: 'none', topK: 10, timedQueries: 0 },
    });
    const shares = new Map(
      systems.map(({ name: share, summary, versusBaseline }) => [
        Number(share),
        { score: summary[MEASURE], versus: versusBaseline?.[MEASURE] },
      ]),
    );
    const tells = await answerable(collection, reranker, queries, allQrels, depth);
    return { collection: name, queries: queries.length, shares, tells };
  });
}

function rowOf({ collection, queries, shares, tells }, { across, splits }) {
  const score = (share) => (share === undefined ? '' : rounded(shares.get(share).score, 4));
  const p = (share) => (share === undefined || share === 0 ? '' : rounded(shares.get(share).versus.p, 2));
  const { wins, losses } = shares.get(SHIPPED).versus;
  return {
    ...{ collection, queries, hybrid: score(0) },
    ...{ ships: score(SHIPPED), 'p ships': p(SHIPPED), 'wins/losses': `${wins}/${losses}` },
    ...{ 'share across': across ?? '', across: score(across), 'p across': p(across) },
    ...{ splits: score(splits), 'p splits': p(splits), alone: score(1), 'p alone': p(1) },
    ...tells,
  };
}

function scoresOf(shares) {
  return new Map(Array.from(shares, ([share, { score }]) => [share, score]));
}

/**
 * How well the best score tells a query's first results from the first of those that are not relevant, by each score: of
 * the hybrid in deviations, the cosines, the cross-encoder, and the pipeline as it ships.
 */
async function answerable(collection, reranker, queries, qrels, depth) {
  const deviations = standardised(collection.pipeline('hybrid'));
  const found = await deviations.retrieve(queries, { topK: deviations.depth });
  const lists = queries.flatMap((query, at) => wholeAndWithout(query, found[at], qrels, depth));
  const best = {
    hybrid: (candidates) => candidates.map(({ ranking }) => ranking.scores[0]),
    dense: async (candidates) => {
      const asked = candidates.map(({ query }) => query);
      const cosines = await collection.sources.dense.score(
        asked,
        candidates.map(({ ranking }) => ranking),
      );
      return cosines.map((scores) => Math.max(...scores));
    },
    cross: (candidates) => bestBy(reranker, candidates),
    ships: (candidates) => bestBy(interpolate(reranker, { weight: SHIPPED }), candidates),
  };
  const rows = {};
  for (const [name, bestOf] of Object.entries(best)) {
    const whole = await bestOf(lists.map(({ query, whole }) => ({ query, ranking: whole })));
    const without = await bestOf(lists.map(({ query, without }) => ({ query, ranking: without })));
    rows[`AUROC ${name}`] = rounded(auroc(whole, without), 3);
  }
  return rows;
}

/** The first `depth` results, and the first `depth` without what is relevant; none where one of the two says nothing. */
function wholeAndWithout(query, deep, qrels, depth) {
  const relevant = (rank) => (qrels.grade(query.id, deep.ids[rank]) ?? 0) > 0;
  const whole = deep.take(depth);
  const held = Array.from(whole.ids, (_, rank) => relevant(rank));
  if (!held.includes(true) || !held.includes(false)) return [];
  const without = deep.where(deep.asColumn(), (_, rank) => !relevant(rank)).take(depth);
  return [{ query, whole, without }];
}

async function bestBy(reranker, candidates) {
  return (await reranker.rerank(candidates, { topK: 1 })).map(({ scores }) => scores[0]);
}

function meanOf(rows) {
  const mean = (column) => rounded(rows.reduce((sum, row) => sum + row[column], 0) / rows.length, 4);
  const columns = Object.keys(rows[0]).filter(
    (column) => typeof rows[0][column] === 'number' && !/^(p|share) /.test(column),
  );
  const means = Object.fromEntries(columns.map((column) => [column, mean(column)]));
  return Object.fromEntries(
    Object.keys(rows[0]).map((column) => [column, means[column] ?? (column === 'collection' ? 'mean' : '')]),
  );
}
