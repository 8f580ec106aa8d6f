import { idSpace } from '@sluice/core';
import { Bm25IndexBuilder, Bm25Searcher, bm25, bm25Formula, englishAnalyzer, QueryReader } from '@sluice/retrievers';
import MiniSearch from 'minisearch';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { measureInRounds } from './rounds.js';
import { startBm25s } from './sparse/bm25s.js';
import { sparseSample } from './sparse/sample.js';

const TOP_K = 10;
/** MiniSearch takes tens of milliseconds a query: so many of them a round. */
const MINI_SEARCH_QUERIES = 10;
const english = englishAnalyzer();

/**
 * How fast BM25 indexes and answers, one thread, beside MiniSearch (its own tokenizer and defaults) and, where Python
 * has it, bm25s (terms analysed by ours, not timed). Every case runs once a round; `low` and `high` are the 10th and
 * 90th percentile of the rounds.
 */
export async function run() {
  const machine = describeMachine();
  const sample = sparseSample();
  const terms = { documents: sample.documents.map(english.analyze), queries: sample.queries.map(english.analyze) };
  const bm25s = await startBm25s(terms);
  if (!bm25s) process.stdout.write('bm25s is left out: no python3 with it (pip install bm25s; $SLUICE_PYTHON).\n\n');
  const indexing = await measureIndexing(sample, bm25s);
  const searching = await measureSearching(sample, bm25s);
  await bm25s?.close();
  await writeResults('sparse', { machine, sample: facts(sample), bm25s: bm25s?.version ?? null, indexing, searching });
}

async function measureIndexing(sample, bm25s) {
  const megabytes = bytesOf(sample.documents) / 1e6;
  const cases = [
    { name: 'sluice', run: () => buildIndex(sample.documents) },
    { name: 'MiniSearch', run: () => buildMiniSearch(sample.documents) },
    ...(bm25s ? [{ name: 'bm25s, analysed', run: () => bm25s.ask('index') }] : []),
  ];
  const measured = await measureInRounds(cases, { rounds: 7, warmUps: 2 });
  return report({ unit: 'MB/s indexed', amountOf: () => megabytes, sample, measured });
}

async function measureSearching(sample, bm25s) {
  const { documents, queries } = sample;
  const index = buildIndex(documents);
  const space = idSpace(documents.map((_, at) => `${at}`));
  const retriever = bm25({ index, space, analyzer: english });
  const searcher = new Bm25Searcher({ index, space, statistics: index }, bm25Formula({ k1: 1.2, b: 0.75 }));
  const reader = new QueryReader(english, index.terms);
  const analysed = queries.map((text) => {
    const { terms, count } = reader.read(text);
    return { terms: terms.slice(0, count), count };
  });
  const asked = queries.map((text) => ({ text }));
  const miniSearch = buildMiniSearch(documents);
  const few = queries.slice(0, MINI_SEARCH_QUERIES);
  const cases = [
    { name: 'sluice, raw text', run: () => retriever.retrieve(asked, { topK: TOP_K }) },
    { name: 'sluice, analysed', run: () => analysed.map((query) => searcher.search(query, TOP_K)) },
    { name: 'MiniSearch, raw text', run: () => few.map((text) => miniSearch.search(text).slice(0, TOP_K)) },
    ...(bm25s
      ? [
          { name: 'bm25s, analysed', run: () => bm25s.ask('single') },
          { name: 'bm25s, analysed, one batch', run: () => bm25s.ask('batch') },
        ]
      : []),
  ];
  const measured = await measureInRounds(cases, { rounds: 25, warmUps: 5 });
  const amountOf = (name) => (name.startsWith('MiniSearch') ? few.length : queries.length);
  return report({ unit: 'queries/s', amountOf, sample, measured });
}

/** Prints and returns rates, and how many times those of MiniSearch they are. */
function report({ unit, amountOf, sample, measured: { milliseconds, noise } }) {
  const rate = (name, elapsed) => (1000 * amountOf(name)) / elapsed;
  const [peer, { median: peerMedian }] = [...milliseconds].find(([name]) => name.startsWith('MiniSearch'));
  const rows = Array.from(milliseconds, ([name, { median, low, high }]) => ({
    case: name,
    [unit]: rounded(rate(name, median)),
    low: rounded(rate(name, high)),
    high: rounded(rate(name, low)),
    'x MiniSearch': rounded(rate(name, median) / rate(peer, peerMedian)),
  }));
  process.stdout.write(`${sample.name}, one thread, top ${TOP_K}, A/A noise ${rounded(noise * 100, 2)}%\n\n`);
  printTable(rows);
  process.stdout.write('\n');
  return { noise: rounded(noise, 2), rows };
}

function buildIndex(documents) {
  const builder = new Bm25IndexBuilder(english);
  for (let ordinal = 0; ordinal < documents.length; ordinal++) builder.add(ordinal, documents[ordinal]);
  return builder.build();
}

function buildMiniSearch(documents) {
  const miniSearch = new MiniSearch({ fields: ['text'] });
  miniSearch.addAll(documents.map((text, id) => ({ id, text })));
  return miniSearch;
}

function facts({ name, documents, queries }) {
  const { size, postings, bytes, tokens } = buildIndex(documents);
  return {
    name,
    queries: queries.length,
    documents: size,
    textBytes: bytesOf(documents),
    tokens,
    postings,
    indexBytes: bytes,
  };
}

function bytesOf(texts) {
  return texts.reduce((total, text) => total + Buffer.byteLength(text), 0);
}
