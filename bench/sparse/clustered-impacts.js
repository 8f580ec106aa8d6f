import { clusterImpacts, ImpactSearcher } from '@sluice/retrievers';
import { printTable, rounded } from '../results.js';
import { measureInRounds } from '../rounds.js';
import { startSeismic } from './seismic.js';
import { stacked } from './stacked.js';

const recalls = [0.8, 0.9, 0.95, 0.98];
const efforts = [0.9, 1.1, 1.4];
const peerSearches = [
  [5, 0.9],
  [8, 0.9],
  [12, 0.9],
  [12, 0.8],
  [20, 0.7],
].map(([queryCut, heapFactor]) => ({ queryCut, heapFactor }));

/**
 * Exact and approximate search of one collection beside Seismic, one thread, at k = 10 and 1000: queries a second, and
 * which share of the exact best (integer weights) each finds.
 *
 * @param collection `{ name, matrix, queries, index, exactIndex }`: a sparse matrix, its 8-bit index, and one whose
 *   weights are whole
 */
export async function measureClustered(
  { name, matrix, queries, index, exactIndex },
  { ks = [10, 1000], rounds = 5 } = {},
) {
  const space = ordinalSpace(matrix.rows);
  const start = performance.now();
  const clusters = clusterImpacts(index);
  const seconds = (performance.now() - start) / 1000;
  // About the share of postings that the clusters keep; its default, 3,500 a term, would keep them all.
  const share = Math.min(1, (clusters.settings.documentPostings * matrix.rows) / index.postings);
  const kept = { n_postings: Math.ceil((share * index.postings) / matrix.columns) };
  const peer = await startSeismic(matrix, stacked(queries, matrix.columns), kept);
  const facts = {
    name,
    documents: matrix.rows,
    queries: queries.length,
    postings: index.postings,
    'clusters built, s': rounded(seconds),
    'clusters, bytes a posting': rounded(clusters.bytes / index.postings),
    'index, bytes a posting': rounded(index.bytes / index.postings),
    seismic: peer
      ? {
          version: peer.version,
          'built, s': rounded(peer.seconds),
          'bytes a posting': rounded(peer.bytes / index.postings),
        }
      : 'not installed',
  };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  const depths = [];
  for (const k of ks) depths.push(await measureAt(k, { space, index, exactIndex, clusters, peer, queries, rounds }));
  await peer?.close();
  return { ...facts, depths };
}

async function measureAt(k, { space, index, exactIndex, clusters, peer, queries, rounds }) {
  const searcher = new ImpactSearcher(index, space);
  const truth = queries.map(
    (query) => new Set(new ImpactSearcher(exactIndex, space).search(query, { topK: k }).ordinals),
  );
  const overlapOf = (lists) => {
    const shares = lists.map((list, at) =>
      truth[at].size === 0 ? 1 : list.filter((row) => truth[at].has(row)).length / truth[at].size,
    );
    return rounded(shares.reduce((sum, share) => sum + share, 0) / shares.length, 4);
  };
  const walks = [
    ...recalls.map((recall) => ({ name: `clusters, recall ${recall}`, effort: clusters.effortFor(recall, k) })),
    ...efforts.map((effort) => ({ name: `clusters, effort ${effort}`, effort })),
  ];
  const variants = [
    { name: 'exact', search: (query) => searcher.search(query, { topK: k }) },
    ...walks.map(({ name, effort }) => ({
      name: effort < Infinity ? name : `${name} (exact)`,
      search: (query) =>
        effort < Infinity ? clusters.search(space, query, { topK: k, effort }) : searcher.search(query, { topK: k }),
    })),
  ];
  const cases = variants.map(({ name, search }) => ({ name, run: () => queries.map(search) }));
  const peers = peer ? peerSearches.map((each) => ({ ...each, k })) : [];
  const peerName = ({ queryCut, heapFactor }) => `Seismic, ${queryCut} terms, factor ${heapFactor}`;
  const peerCases = peers.map((each) => ({ name: peerName(each), run: () => peer.ask(each) }));
  const { milliseconds, noise } = await measureInRounds([...cases, ...peerCases], { rounds, warmUps: 1 });
  const overlaps = new Map(
    variants.map(({ name, search }) => [name, overlapOf(queries.map((query) => Array.from(search(query).ordinals)))]),
  );
  for (const each of peers) overlaps.set(peerName(each), overlapOf((await peer.ask({ ...each, rows: true })).rows));
  const rows = [...overlaps].map(([name, overlap]) => {
    const { median, low, high } = milliseconds.get(name);
    const each = (elapsed) => rounded((1000 * elapsed) / queries.length);
    return { case: name, 'us a query': each(median), low: each(low), high: each(high), [`overlap@${k}`]: overlap };
  });
  process.stdout.write(`top ${k}, one thread, A/A noise ${rounded(100 * noise, 2)}%\n\n`);
  printTable(rows);
  process.stdout.write('\n');
  return { k, noise: rounded(noise, 2), rows };
}

/** Ids that cost nothing: ties go by ordinals. */
function ordinalSpace(size) {
  return { name: 'rows', size, idOf: String, ordinalOf: Number, compare: (left, right) => left - right };
}
