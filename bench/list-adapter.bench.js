import { pooledPrecisionRecallArea, poolScores } from '@sluice/evaluation';
import { candidateLogits, chooseThreshold, fitListAdapter } from '@sluice/rerankers';
import { describeMachine } from './machine.js';
import { candidateLists, poolSource } from './relevance/candidate-lists.js';
import { trainingPool, trainingPools } from './relevance/training-pools.js';
import { printTable, rounded, writeResults } from './results.js';

const MODELS = ['static', 'matryoshka-minilm'];
/** Pairs that each list set counts as: a large pool is no more evidence about other collections than a small one. */
const HELD = 4;

/**
 * Fits the list adapter that ships: on the first 100 candidates of training questions in pools of licensed passages, by
 * both models that ship. Judged collections have no part in it. A quarter of the queries of each pool chooses thresholds.
 *
 * Options: `--cache DIR` for the transformer's vectors; `--static` leaves the transformer out; `--print` prints the model.
 */
export async function run(args) {
  const cacheAt = args.indexOf('--cache');
  const cache = cacheAt < 0 ? undefined : args[cacheAt + 1];
  const models = args.includes('--static') ? MODELS.slice(0, 1) : MODELS;
  const sets = [];
  for (const pool of trainingPools) {
    const made = await trainingPool(pool);
    for (const model of models) {
      const lists = (await candidateLists(poolSource(made), model, cache)).filter(({ labels }) => labels.length > 0);
      sets.push({ pool: pool.name, model, lists });
      process.stderr.write(`${pool.name}, ${model}: ${lists.length} lists\n`);
    }
  }
  const rows = [];
  for (const { pool, model, lists } of sets) {
    const others = sets.filter((set) => set.pool !== pool);
    rows.push({ pool, model, queries: lists.length, ...(await heldOut(others, lists)) });
  }
  const ratios = rows.map((row) => row['lexical x raw']);
  printTable(rows);
  process.stdout.write(`mean ${rounded(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length)}\n`);
  const shipped = { lexical: await fitted(sets, 'lexical'), 'dense-only': await fitted(sets, 'dense-only') };
  if (args.includes('--print')) process.stdout.write(`${JSON.stringify(shipped, null, 2)}\n`);
  await writeResults('list-adapter', { machine: describeMachine(), models, rows, shipped });
}

/** PR AUC on a pool of a model fitted on all the other pools. */
async function heldOut(others, lists) {
  const raw = areaOf(lists, ({ dense }) => dense);
  const ratio = async (sources) => {
    const model = await fitted(others, sources);
    return rounded(areaOf(lists, (list) => candidateLogits(model, list)) / raw, 3);
  };
  return {
    'raw PR AUC': rounded(raw, 3),
    'dense x raw': await ratio('dense-only'),
    'lexical x raw': await ratio('lexical'),
  };
}

async function fitted(sets, sources) {
  const read = ({ dense, lexical, labels }) => (sources === 'lexical' ? { dense, lexical, labels } : { dense, labels });
  const part = (keep) => sets.flatMap(({ lists }) => lists.filter((_, at) => (at % HELD === 0) === keep).map(read));
  const model = await fitListAdapter(part(false));
  const held = part(true);
  const logits = Float32Array.from(held.flatMap((list) => [...candidateLogits(model, list)]));
  const labels = Uint8Array.from(held.flatMap((list) => [...list.labels]));
  return { ...model, threshold: (await chooseThreshold(logits, labels, { targetRecall: 0.95 })).threshold };
}

function areaOf(lists, scoresOf) {
  const scores = Float32Array.from(lists.flatMap((list) => [...scoresOf(list)]));
  return pooledPrecisionRecallArea(poolScores(scores, Uint8Array.from(lists.flatMap(({ labels }) => [...labels]))));
}
