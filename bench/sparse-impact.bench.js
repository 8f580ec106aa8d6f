import { idSpace } from '@sluice/core';
import { ImpactIndexBuilder, ImpactSearcher, impact } from '@sluice/retrievers';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';
import { measureInRounds } from './rounds.js';
import { measureClustered } from './sparse/clustered-impacts.js';
import { neighbourMix } from './sparse/neighbour-mix.js';
import { spladeSample } from './sparse/splade-sample.js';
import { stacked } from './sparse/stacked.js';

const FINGERPRINT = 'naver/splade-v3';
const MIXED = 100_000;
/** Of the large collection: an exact search takes milliseconds there. */
const MIXED_QUERIES = 100;
/** What is pruned: terms of the query, terms of the documents, and how many are scored again with everything. */
const prunings = [
  { queryTerms: 15 },
  { queryTerms: 10 },
  { queryTerms: 5 },
  { documentTerms: 150 },
  { documentTerms: 100 },
  { documentTerms: 50 },
  { queryTerms: 10, depth: 50 },
  { queryTerms: 5, depth: 50 },
  { queryTerms: 5, depth: 200 },
  { queryTerms: 10, documentTerms: 50, depth: 50 },
  { queryTerms: 5, documentTerms: 50, depth: 50 },
  { queryTerms: 5, documentTerms: 50, depth: 200 },
];

/**
 * How fast the impact index answers SPLADE-v3 queries, one thread, exactly and with pruned vectors; and which share of
 * the exact top 10 (of integer weights in 16 bits) each finds. `low` and `high` are the 10th and 90th percentile of the
 * rounds.
 *
 * Then the same vectors in clusters, at k = 10 and 1000, beside pyseismic-lsr (`SLUICE_PYTHON` names its interpreter); and
 * a large collection that is made of them, so synthetic: 100,000 documents, or as many as the argument says.
 */
export async function run([mixed = String(MIXED)] = []) {
  const sample = spladeSample();
  if (!sample) {
    process.stdout.write('There are no SPLADE vectors here: set SLUICE_SHARED to the shared data folder.\n');
    return;
  }
  const machine = describeMachine();
  const collections = [await measure(sample)];
  const real = stacked(sample.documents, sample.vocabularySize);
  const clustered = [await measureClustered(indexed({ name: sample.name, matrix: real, queries: sample.queries }))];
  const matrix = neighbourMix(sample, Number(mixed));
  const name = `${matrix.rows.toLocaleString('en')} synthetic documents, mixed of neighbours in ${sample.name}`;
  clustered.push(await measureClustered(indexed({ name, matrix, queries: sample.queries.slice(0, MIXED_QUERIES) })));
  await writeResults('sparse-impact', { machine, collections, clustered });
}

/** The collection with its indexes: one of 8 bits, and one whose weights are whole. */
function indexed(collection) {
  const [index, exactIndex] = ['uint8', 'uint16'].map((precision) => {
    const { matrix } = collection;
    const builder = new ImpactIndexBuilder({ fingerprint: FINGERPRINT, vocabularySize: matrix.columns, precision });
    builder.add(
      Uint32Array.from({ length: matrix.rows }, (_, row) => row),
      matrix,
    );
    return builder.build();
  });
  return { ...collection, index, exactIndex };
}

async function measure(sample) {
  const space = idSpace(sample.documents.map((_, at) => `${at}`));
  const queries = sample.queries.map((vector) => ({ text: '', sparseVectors: { [FINGERPRINT]: vector } }));
  const exact = build(sample, { precision: 'uint16' });
  const small = build(sample, { precision: 'uint8' });
  const retrieverOf = (options) => impact({ index: small, space, ...options });
  const variants = [
    { name: 'exact, 16 bits', retriever: retrieverOf({ index: exact }) },
    { name: 'exact, 8 bits', retriever: retrieverOf({}) },
    { name: 'exact, 8 bits, exhaustive', retriever: retrieverOf({ evaluation: 'exhaustive' }) },
    ...prunings.map((pruning) => prunedVariant(sample, small, pruning, retrieverOf)),
  ];
  const truth = await variants[0].retriever.retrieve(queries, { topK: 10 });
  const cases = variants.map(({ name, retriever }) => ({ name, run: () => retriever.retrieve(queries, { topK: 10 }) }));
  const { milliseconds, noise } = await measureInRounds(cases, { rounds: 7, warmUps: 2 });
  const rows = [];
  for (const { name, retriever } of variants) {
    const { median, low, high } = milliseconds.get(name);
    const rate = (elapsed) => rounded((1000 * queries.length) / elapsed);
    const overlap = overlapOf(await retriever.retrieve(queries, { topK: 10 }), truth);
    rows.push({
      case: name,
      'queries/s': rate(median),
      low: rate(high),
      high: rate(low),
      'overlap@10': rounded(overlap),
    });
  }
  const facts = { name: sample.name, ...factsOf(sample, small, space), noise: rounded(noise, 2) };
  process.stdout.write(`${facts.name}, one thread, top 10, A/A noise ${rounded(noise * 100, 2)}%\n`);
  process.stdout.write(`${facts.bytesAPosting} bytes a posting, ${facts.windowsScored} of windows scored\n\n`);
  printTable(rows);
  process.stdout.write('\n');
  return { ...facts, rows };
}

function prunedVariant(sample, full, { queryTerms, documentTerms, depth }, retrieverOf) {
  const parts = [
    queryTerms && `${queryTerms} query terms`,
    documentTerms && `${documentTerms} document terms`,
    depth && `${depth} scored again`,
  ];
  const index = documentTerms ? build(sample, { precision: 'uint8', documentTerms }) : full;
  return {
    name: parts.filter(Boolean).join(', '),
    retriever: retrieverOf({ index, ...(queryTerms && { queryTerms }), ...(depth && { depth, full }) }),
  };
}

function factsOf({ documents, queries, vocabularySize }, index, space) {
  const searcher = new ImpactSearcher(index, space);
  let scored = 0;
  for (const query of queries) {
    searcher.search(query, { topK: 10 });
    scored += searcher.windowsScored;
  }
  return {
    documents: documents.length,
    queries: queries.length,
    vocabularySize,
    postings: index.postings,
    bytesAPosting: rounded(index.bytes / index.postings),
    windowsScored: rounded(scored / queries.length / index.windows),
  };
}

function overlapOf(rankings, truth) {
  const shares = rankings.map(({ ordinals }, at) => {
    const wanted = new Set(truth[at].ordinals);
    return wanted.size === 0 ? 1 : ordinals.filter((ordinal) => wanted.has(ordinal)).length / wanted.size;
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function build({ documents, vocabularySize }, options) {
  const builder = new ImpactIndexBuilder({ fingerprint: FINGERPRINT, vocabularySize, ...options });
  for (let from = 0; from < documents.length; from += 1000) {
    const rows = documents.slice(from, from + 1000);
    const ordinals = Uint32Array.from(rows, (_, at) => from + at);
    builder.add(ordinals, stacked(rows, vocabularySize));
  }
  return builder.build();
}
