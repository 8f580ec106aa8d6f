import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { cosineScale, idSpace, Ranking, seededRandom } from '@sluice/core';
import { cosineAdapter, listAdapter, pretrainedListAdapter, trainCosineAdapter } from '@sluice/rerankers';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const DIMENSIONS = 384;

/**
 * What the Cosine Adapter costs: training on 5,000 queries with 100 candidates each to the last of 60 passes, how long the
 * event loop was held meanwhile, and a query of 100 candidates beyond the retriever, beside the list adapter.
 *
 * Options: `--queries N` (default 5,000), `--epochs N` (default 60).
 */
export async function run(args) {
  const option = (name, otherwise) => (args.includes(name) ? Number(args[args.indexOf(name) + 1]) : otherwise);
  const machine = describeMachine();
  const [queries, epochs] = [option('--queries', 5000), option('--epochs', 60)];
  const data = madeUp(queries, 100);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begin = performance.now();
  const { model, epochs: passes } = await trainCosineAdapter(data, { epochs, patience: epochs });
  const seconds = (performance.now() - begin) / 1000;
  delay.disable();
  const candidates = madeUpCandidates(data, Math.min(500, queries));
  const rows = [];
  const filters = [cosineAdapter(model, { threshold: 0 }), listAdapter(pretrainedListAdapter('dense-only'))];
  for (const filter of filters) rows.push(await timed(filter, candidates));
  const training = {
    queries,
    passes: passes.made,
    seconds: rounded(seconds),
    'loop p99 ms': rounded(delay.percentile(99) / 1e6),
    'loop max ms': rounded(delay.max / 1e6),
  };
  printTable([training]);
  printTable(rows);
  await writeResults('cosine-adapter', { machine, training, inference: rows });
}

async function timed(filter, candidates) {
  await filter.select(candidates.slice(0, 50));
  const times = [];
  for (const each of candidates) {
    const begin = performance.now();
    await filter.select([each]);
    times.push(performance.now() - begin);
  }
  times.sort((left, right) => left - right);
  const batch = performance.now();
  await filter.select(candidates);
  const together = (performance.now() - batch) / candidates.length;
  return {
    filter: filter.name,
    'ms a query, median': rounded(times[Math.floor(times.length / 2)]),
    p99: rounded(times[Math.floor(0.99 * times.length)]),
    'in a batch': rounded(together),
  };
}

/** Lists that each query's own shift hides, as far as time is concerned like any others. */
function madeUp(count, depth) {
  const random = seededRandom(5);
  const data = Float32Array.from({ length: count * DIMENSIONS }, () => random() - 0.5);
  const labels = Uint8Array.from({ length: count * depth }, () => Number(random() < 0.05));
  const cosines = labels.length === 0 ? new Float32Array(0) : new Float32Array(labels.length);
  for (let at = 0; at < labels.length; at++) {
    const shift = data[Math.floor(at / depth) * DIMENSIONS];
    cosines[at] = 0.4 + 0.3 * shift + 0.1 * labels[at] + 0.1 * random();
  }
  const offsets = Uint32Array.from({ length: count + 1 }, (_, at) => at * depth);
  return { queries: { data, rows: count, columns: DIMENSIONS }, offsets, cosines, labels };
}

function madeUpCandidates({ queries, offsets, cosines }, count) {
  const depth = offsets[1];
  const space = idSpace(
    Array.from({ length: depth }, (_, at) => `d${at}`),
    'made up',
  );
  const ordinals = Uint32Array.from({ length: depth }, (_, at) => at);
  return Array.from({ length: count }, (_, at) => {
    const scores = cosines
      .slice(offsets[at], offsets[at + 1])
      .sort()
      .reverse();
    const plain = new Ranking({ space, ordinals, scores, scale: cosineScale });
    const ranking = plain.withSource('dense', plain.asColumn());
    return {
      query: { text: 'q' },
      ranking,
      queryVectors: { dense: queries.data.subarray(at * DIMENSIONS, (at + 1) * DIMENSIONS) },
    };
  });
}
