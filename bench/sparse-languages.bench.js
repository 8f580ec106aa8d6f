import { fileURLToPath } from 'node:url';
import { idSpace } from '@sluice/core';
import { evaluate, openBeir, Run } from '@sluice/evaluation';
import {
  Bm25IndexBuilder,
  bm25,
  cjkAnalyzer,
  englishAnalyzer,
  languageAnalyzer,
  segmenterAnalyzer,
} from '@sluice/retrievers';
import { describeMachine } from './machine.js';
import { printTable, rounded, writeResults } from './results.js';

const shared = process.env.SLUICE_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const MEASURES = ['nDCG@10', 'R@10'];

/** BM25 on the XQuAD collections with the English analyzer and with those of their languages: quality and speed. */
export async function run() {
  const german = { language: 'german' };
  const rows = [
    ...(await measure('xquad-de', {
      english: englishAnalyzer(),
      german: await languageAnalyzer(german),
      'german, accents folded': await languageAnalyzer({ ...german, folding: 'accents' }),
      'segmenter de': segmenterAnalyzer({ locale: 'de' }),
    })),
    ...(await measure('xquad-zh', {
      'english (single ideographs)': englishAnalyzer(),
      'cjk, bigrams': cjkAnalyzer(),
      'cjk, unigrams and bigrams': cjkAnalyzer({ grams: 'unigrams and bigrams' }),
      'segmenter zh': segmenterAnalyzer({ locale: 'zh' }),
    })),
  ];
  printTable(rows);
  await writeResults('sparse-languages', { machine: describeMachine(), rows });
}

async function measure(collection, analyzers) {
  const beir = await openBeir(`${shared}/data/beir/${collection}`);
  const documents = await collect(beir.documents());
  const [queries, qrels] = await Promise.all([beir.queries('test'), beir.qrels('test')]);
  const space = idSpace(documents.map(({ id }) => id));
  const megabytes = documents.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0) / 1e6;
  const rows = [];
  for (const [name, analyzer] of Object.entries(analyzers)) {
    const build = () => indexOf(documents, analyzer);
    build();
    const start = performance.now();
    const index = build();
    const rate = megabytes / ((performance.now() - start) / 1000);
    const rankings = await bm25({ index, space, analyzer }).retrieve(queries, { topK: 100 });
    const { summary } = await evaluate(qrels, Run.fromRankings(rankings, queries), MEASURES);
    const quality = Object.fromEntries(MEASURES.map((measure) => [measure, rounded(summary[measure])]));
    rows.push({ collection, analyzer: name, ...quality, 'MB/s indexed': rounded(rate, 2) });
  }
  return rows;
}

function indexOf(documents, analyzer) {
  const builder = new Bm25IndexBuilder(analyzer);
  for (const [ordinal, { title, text }] of documents.entries()) builder.add(ordinal, title ? `${title} ${text}` : text);
  return builder.build();
}

async function collect(items) {
  const list = [];
  for await (const item of items) list.push(item);
  return list;
}
