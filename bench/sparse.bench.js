import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { idSpace } from '@sluice/core';
import { Bm25IndexBuilder, Bm25Searcher, bm25Formula, englishAnalyzer, loadBm25, saveBm25 } from '@sluice/retrievers';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { measureInRounds } from './rounds.js';
import { startBm25s } from './sparse/bm25s.js';
import { largestCollection, zipfianCollection } from './sparse/collections.js';
import { javascriptPeers } from './sparse/javascript-peers.js';
import { startLucene } from './sparse/lucene.js';

/** Documents and queries that the libraries of JavaScript are given: some take a second a query on more. */
const FEW = { documents: 5000, queries: 20 };
/** More than these, and bm25s needs minutes to index. */
const MOST_OF_BM25S = 300_000;
const DEPTHS = [10, 1000];
const bySpaces = { name: 'spaces', fingerprint: 'spaces/1', analyze: (text) => text.split(' ').filter(Boolean) };

/**
 * How fast BM25 indexes and answers on one thread: terms are analysed before, by ours, for everyone. Beside Lucene, bm25s and
 * libraries of JavaScript, those that are installed. Every case runs once a round; `x Lucene` and `x bm25s` are of medians of
 * the same rounds.
 *
 * `--documents N` sets the size of the synthetic collection (1,000,000), `--rounds N` the rounds (7), `--queries N` the
 * queries (500).
 */
export async function run(args = []) {
  const numberOf = (name, usual) => (args.includes(`--${name}`) ? Number(args[args.indexOf(`--${name}`) + 1]) : usual);
  const sizes = { queries: numberOf('queries', 500), rounds: numberOf('rounds', 7) };
  const machine = describeMachine();
  const results = [];
  const largest = await largestCollection(sizes);
  if (largest) results.push(await measure(analysed(largest), sizes));
  else process.stdout.write('The shared data is missing: only the synthetic collection is measured.\n\n');
  const synthetic = zipfianCollection({ documents: numberOf('documents', 1_000_000), queries: sizes.queries });
  results.push(await measure(synthetic, sizes));
  await writeResults('sparse', { machine, collections: results });
}

function analysed({ name, documents, queries }) {
  const { analyze } = englishAnalyzer();
  const joined = (text) => analyze(text).join(' ');
  return { name, documents: documents.map(joined), queries: queries.map(joined) };
}

async function measure(collection, { rounds }) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const files = { documents: join(folder, 'documents.txt'), queries: join(folder, 'queries.txt') };
    await writeLines(files.documents, collection.documents);
    await writeLines(files.queries, collection.queries);
    const sluice = openSluice(collection);
    describe(collection, sluice);
    const lucene = await startLucene(files, join(folder, 'lucene'));
    if (!lucene) process.stdout.write('Lucene is left out: it needs java, javac and mvn.\n');
    const isLarge = collection.documents.length > MOST_OF_BM25S;
    const bm25s = isLarge ? undefined : await startBm25s(files);
    if (!bm25s) process.stdout.write(`bm25s is left out: ${isLarge ? 'too many documents' : 'pip install bm25s'}.\n`);
    const peers = await openJavascriptPeers(collection);
    const facts = factsOf(collection, sluice, { lucene, bm25s, peers });
    if (lucene) facts.sameAsLucene = await compareWithLucene(lucene, sluice, collection);
    const searching = [];
    for (const k of DEPTHS) searching.push(await measureDepth(k, { collection, sluice, lucene, bm25s, peers, rounds }));
    lucene?.close();
    bm25s?.close();
    return { ...facts, searching };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function openSluice({ documents, queries }) {
  const start = performance.now();
  const builder = new Bm25IndexBuilder(bySpaces);
  for (let ordinal = 0; ordinal < documents.length; ordinal++) builder.add(ordinal, documents[ordinal]);
  const index = builder.build();
  const built = performance.now() - start;
  const saved = saveBm25(index);
  const beforeLoading = performance.now();
  loadBm25(saved);
  const loaded = performance.now() - beforeLoading;
  // Ids in the order of ordinals: Lucene breaks ties by ordinal.
  const space = { ...idSpace([]), size: index.size, compare: (left, right) => left - right };
  const searcherOf = (evaluation) =>
    new Bm25Searcher({ index, space, statistics: index }, bm25Formula({ k1: 1.2, b: 0.75 }), { evaluation });
  const numbered = queries.map((text) => {
    const terms = Int32Array.from(bySpaces.analyze(text), (term) => index.terms.indexOf(term)).filter(
      (term) => term >= 0,
    );
    return { terms, count: terms.length };
  });
  return {
    index,
    built,
    loaded,
    numbered,
    chosen: searcherOf(undefined),
    pruned: searcherOf('pruned'),
    exhaustive: searcherOf('exhaustive'),
  };
}

function describe({ name, documents, queries }, { index }) {
  const perPosting = rounded(index.postingBytes / index.postings, 4);
  process.stdout.write(
    `${name}: ${documents.length} documents, ${queries.length} queries, ${index.postings} postings, ` +
      `${perPosting} bytes a posting with all that is kept to skip\n`,
  );
}

function factsOf({ name, documents, queries }, { index, built, loaded }, { lucene, bm25s, peers }) {
  const { packed } = index.lists;
  const indexing = [
    { case: 'sluice', seconds: rounded(built / 1000) },
    ...(lucene ? [{ case: 'Lucene', seconds: rounded(lucene.hello.built / 1000) }] : []),
    ...(bm25s ? [{ case: 'bm25s', seconds: rounded(bm25s.hello.built / 1000) }] : []),
    ...peers.map(({ name: peer, built: took }) => ({
      case: `${peer}, ${FEW.documents} documents`,
      seconds: rounded(took / 1000),
    })),
  ];
  process.stdout.write('\nIndexing of analysed terms, once\n\n');
  printTable(indexing);
  process.stdout.write('\n');
  return {
    ...{
      name,
      documents: documents.length,
      queries: queries.length,
      postings: index.postings,
      terms: index.terms.size,
    },
    bytesPerPosting: rounded((packed.blocks.length + packed.tails.length) / index.postings, 4),
    bytesPerPostingWithSkips: rounded(index.postingBytes / index.postings, 4),
    luceneBytesPerPosting: lucene ? rounded(lucene.hello.postingBytes / index.postings, 4) : null,
    versions: { lucene: lucene?.hello.version ?? null, bm25s: bm25s?.hello.version ?? null },
    loadMilliseconds: rounded(loaded),
    indexing,
  };
}

/** Share of queries with the same documents and the same scores, to the last bit, in the top 10. */
async function compareWithLucene(lucene, { numbered, pruned }, { queries }) {
  const answers = await lucene.ask('top 10');
  const same = answers.filter((hits, query) => {
    const { ordinals, scores } = pruned.search(numbered[query], 10);
    return (
      hits.length === ordinals.length &&
      hits.every(([ordinal, score], rank) => ordinal === ordinals[rank] && Math.fround(score) === scores[rank])
    );
  }).length;
  process.stdout.write(`Same top 10 as Lucene, scores to the last bit: ${same} of ${queries.length} queries\n\n`);
  return same / queries.length;
}

async function openJavascriptPeers({ documents, queries }) {
  const opened = [];
  for (const { name, open } of await javascriptPeers()) {
    const start = performance.now();
    const search = await open(documents.slice(0, FEW.documents));
    const built = performance.now() - start;
    const ask = async (k) => {
      for (const query of queries.slice(0, FEW.queries)) await search(query, k);
    };
    opened.push({ name, built, ask });
  }
  return opened;
}

async function measureDepth(k, { collection, sluice, lucene, bm25s, peers, rounds }) {
  const { numbered, chosen, pruned, exhaustive } = sluice;
  const few = FEW.queries;
  const all = collection.queries.length;
  const answered = collection.queries.filter(Boolean).length;
  const cases = [
    { name: 'sluice', queries: all, run: () => numbered.map((query) => chosen.search(query, k)) },
    { name: 'sluice, pruned', queries: all, run: () => numbered.map((query) => pruned.search(query, k)) },
    { name: 'sluice, every posting', queries: all, run: () => numbered.map((query) => exhaustive.search(query, k)) },
    ...(lucene ? [{ name: 'Lucene', queries: all, run: () => lucene.ask(`search ${k}`) }] : []),
    ...(bm25s ? [{ name: 'bm25s', queries: answered, run: () => bm25s.ask(`single ${k}`) }] : []),
    ...(bm25s ? [{ name: 'bm25s, one batch', queries: answered, run: () => bm25s.ask(`batch ${k}`) }] : []),
    ...peers.map(({ name, ask }) => ({ name: `${name}, ${FEW.documents} documents`, queries: few, run: () => ask(k) })),
  ];
  const { milliseconds, noise } = await measureInRounds(cases, { rounds, warmUps: 3 });
  const rateOf = (name, elapsed) => (1000 * cases.find((each) => each.name === name).queries) / elapsed;
  const ratio = (name, peer) => {
    const [own, other] = [milliseconds.get(name), milliseconds.get(peer)];
    return other ? { [`x ${peer}`]: rounded(rateOf(name, own.median) / rateOf(peer, other.median)) } : {};
  };
  const rows = Array.from(milliseconds, ([name, { median, low, high }]) => ({
    case: name,
    'queries/s': rounded(rateOf(name, median)),
    low: rounded(rateOf(name, high)),
    high: rounded(rateOf(name, low)),
    ...ratio(name, 'Lucene'),
    ...ratio(name, 'bm25s'),
  }));
  let [blocks, decoded] = [0, 0];
  for (const query of numbered) {
    pruned.search(query, k);
    blocks += pruned.lastSearch.blocks;
    decoded += pruned.lastSearch.decoded;
  }
  const share = rounded(decoded / blocks, 2);
  process.stdout.write(
    `Top ${k}, one thread, A/A noise ${rounded(noise * 100, 2)}%, blocks read ${rounded(100 * share, 2)}%\n\n`,
  );
  printTable(rows);
  process.stdout.write('\n');
  return { k, noise: rounded(noise, 2), blocksRead: share, rows };
}

async function writeLines(file, lines) {
  const stream = createWriteStream(file);
  for (const line of lines) if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'finish');
}
