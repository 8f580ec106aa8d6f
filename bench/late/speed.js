import { idSpace, paced } from '@sluice/core';
import { late, lateIndexSteps } from '@sluice/retrievers';
import { rounded } from '../results.js';
import { measureInRounds } from '../rounds.js';
import { knownEmbedder, storeOf } from './forms.js';
import { startTorch } from './torch.js';

const TOP_K = 10;
const QUERIES = 20;
const RECALLS = [0.9, 0.95];

/** Milliseconds a query: all documents compared, by us and by torch, and an index asked for a recall. */
export async function measureSpeed(data, { documents, queries: queryVectors }, { python, rounds }) {
  const queries = data.queries.filter(({ id }) => data.qrels.has(id));
  const timed = queries.slice(0, QUERIES);
  const space = idSpace(data.documents.map(({ id }) => id));
  const embedder = knownEmbedder(
    data.queries.map(({ text }) => text),
    queryVectors,
  );
  const cases = [];
  const facts = new Map();
  for (const precision of ['float16', 'int8']) {
    const store = await storeOf(documents, precision);
    const exact = late({ index: store, embedder, space });
    cases.push({ name: `all, ${precision}`, run: () => exact.retrieve(timed, { topK: TOP_K }) });
    // An index for one of the two: its making is most of the time that this takes.
    if (precision === 'float16') continue;
    const start = performance.now();
    const index = await paced(lateIndexSteps(store));
    const built = (performance.now() - start) / 1000;
    const truth = await exact.retrieve(queries.slice(0, 100), { topK: TOP_K });
    for (const recall of RECALLS) {
      const retriever = late({ index, embedder, space, recall });
      const found = await retriever.retrieve(queries.slice(0, 100), { topK: TOP_K });
      const name = `index asked for ${recall}, ${precision}`;
      const { effort } = index.explain({ recall });
      facts.set(name, {
        recall: overlap(found, truth),
        compared: effort?.documents ?? space.size,
        built: rounded(built),
      });
      cases.push({ name, run: () => retriever.retrieve(timed, { topK: TOP_K }) });
    }
  }
  const asked = await embedder.encodeQueries(timed.map(({ text }) => text));
  const torch = python === undefined ? undefined : await startTorch(python, documents, asked);
  if (torch) for (const kind of torch.kinds) cases.push({ name: kind, run: () => torch.search(kind) });
  const { milliseconds, noise } = await measureInRounds(cases, { rounds, warmUps: 1 });
  await torch?.close();
  const rows = [...milliseconds].map(([system, { median, low, high }]) => ({
    system,
    'ms a query': rounded(median / QUERIES),
    low: rounded(low / QUERIES),
    high: rounded(high / QUERIES),
    recall: facts.get(system)?.recall ?? 1,
    compared: facts.get(system)?.compared ?? space.size,
    'built, s': facts.get(system)?.built ?? 0,
  }));
  return { queries: QUERIES, noise: rounded(noise), torch: torch?.version, rows };
}

function overlap(found, truth) {
  let [shared, all] = [0, 0];
  for (const [at, { ids }] of truth.entries()) {
    const own = new Set(found[at].ids);
    shared += ids.filter((id) => own.has(id)).length;
    all += ids.length;
  }
  return rounded(shared / all);
}
