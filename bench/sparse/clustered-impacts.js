import { clusterImpacts, ImpactSearcher } from '@sluice/retrievers';
import { printTable, rounded } from '../results.js';
import { measureInRounds } from '../rounds.js';
import { startSeismic } from './seismic.js';
import { stacked } from './stacked.js';

const recalls = [0.8, 0.9, 0.95, 0.98];
const efforts = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.4, 1.8];
/** Overlaps at which the best setting of each side is compared. */
const targets = [0.9, 0.95, 0.98];
/**
 * Postings of a term that Seismic keeps, as multiples of what a term has on average: its default, 3,500, keeps all of a
 * small collection.
 */
const peerLists = [1, 4, 16];
const peerSearches = [4, 6, 8, 12, 20].flatMap((queryCut) =>
  [0.6, 0.7, 0.8, 0.9, 1].map((heapFactor) => ({ queryCut, heapFactor })),
);

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
  const peers = await startPeers(matrix, stacked(queries, matrix.columns));
  const facts = {
    name,
    documents: matrix.rows,
    queries: queries.length,
    postings: index.postings,
    'clusters built, s': rounded(seconds),
    'clusters, bytes a posting': rounded(clusters.bytes / index.postings),
    'index, bytes a posting': rounded(index.bytes / index.postings),
    seismic: peers.map(({ postings, version, seconds: built, bytes }) => ({
      'postings a term': postings,
      version,
      'built, s': rounded(built),
      'bytes a posting': rounded(bytes / index.postings),
    })),
  };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  const depths = [];
  for (const k of ks) depths.push(await measureAt(k, { space, index, exactIndex, clusters, peers, queries, rounds }));
  for (const peer of peers) await peer.close();
  return { ...facts, depths };
}

/** Seismic with lists of several lengths; none where it is missing. */
async function startPeers(matrix, queries) {
  const used = new Set(matrix.indices).size;
  const peers = [];
  for (const multiple of peerLists) {
    const postings = Math.ceil((multiple * matrix.indices.length) / used);
    const peer = await startSeismic(matrix, queries, { n_postings: postings });
    if (!peer) {
      process.stdout.write('Seismic is left out: SLUICE_PYTHON names a Python with pyseismic-lsr.\n');
      break;
    }
    peers.push({ ...peer, postings });
  }
  return peers;
}

async function measureAt(k, { space, index, exactIndex, clusters, peers, queries, rounds }) {
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
  const exact = (query) => searcher.search(query, { topK: k });
  const walk = (name, effort) => {
    const search = effort < Infinity ? (query) => clusters.search(space, query, { topK: k, effort }) : exact;
    return ownCase(effort < Infinity ? name : `${name} (exact)`, queries, search);
  };
  const own = [
    ownCase('exact', queries, exact),
    ...recalls.map((recall) => walk(`clusters, recall ${recall}`, clusters.effortFor(recall, k))),
    ...efforts.map((effort) => walk(`clusters, effort ${effort}`, effort)),
  ];
  const all = [...own, ...(await bestPeerCases(peers, k, overlapOf))];
  const { milliseconds, noise } = await measureInRounds(all, { rounds, warmUps: 1 });
  const rows = [];
  for (const { name, side, answers } of all) {
    const { median, low, high } = milliseconds.get(name);
    const each = (elapsed) => rounded((1000 * elapsed) / queries.length);
    const overlap = overlapOf(await answers());
    rows.push({ case: name, side, 'us a query': each(median), low: each(low), high: each(high), overlap });
  }
  process.stdout.write(`top ${k}, one thread, A/A noise ${rounded(100 * noise, 2)}%\n\n`);
  printTable(rows.map(({ side: _, ...row }) => row));
  const compared = targets.map((target) => comparedAt(target, rows));
  process.stdout.write('\n');
  printTable(compared);
  process.stdout.write('\n');
  return { k, noise: rounded(noise, 2), compared, rows };
}

function ownCase(name, queries, search) {
  return {
    ...{ name, side: 'ours' },
    run: () => queries.map(search),
    answers: () => queries.map((query) => Array.from(search(query).ordinals)),
  };
}

/** Of all settings of the peer: for each target those that are fastest, by three tries of each. */
async function bestPeerCases(peers, k, overlapOf) {
  const tried = [];
  for (const peer of peers) {
    for (const search of peerSearches) {
      const answers = async () => (await peer.ask({ ...search, k, rows: true })).rows;
      const run = () => peer.ask({ ...search, k });
      const times = [];
      for (let attempt = 0; attempt < 3; attempt++) times.push((await run()).milliseconds);
      const name = `Seismic, ${peer.postings} a term, ${search.queryCut} terms, factor ${search.heapFactor}`;
      tried.push({
        name,
        side: 'Seismic',
        run,
        answers,
        overlap: overlapOf(await answers()),
        time: Math.min(...times),
      });
    }
  }
  const best = targets.map((target) =>
    tried
      .filter(({ overlap }) => overlap >= target)
      .reduce((top, each) => (top?.time <= each.time ? top : each), undefined),
  );
  return [...new Set(best.filter((each) => each !== undefined))];
}

/** The fastest of each side that finds so much: the own one also among all efforts, as the peer's is among all settings. */
function comparedAt(target, rows) {
  const fastest = (side) =>
    rows
      .filter((row) => row.side === side && row.overlap >= target)
      .reduce((top, row) => (top === undefined || row['us a query'] < top['us a query'] ? row : top), undefined);
  const [ours, peer] = [fastest('ours'), fastest('Seismic')];
  const ratio = ours && peer ? rounded(ours['us a query'] / peer['us a query']) : undefined;
  return {
    'overlap of at least': target,
    ours: ours?.case ?? '-',
    us: ours?.['us a query'] ?? '-',
    Seismic: peer?.case ?? '-',
    'us, Seismic': peer?.['us a query'] ?? '-',
    'time of Seismic': ratio ?? '-',
  };
}

/** Ids that cost nothing: ties go by ordinals. */
function ordinalSpace(size) {
  return { name: 'rows', size, idOf: String, ordinalOf: Number, compare: (left, right) => left - right };
}
