import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fullText, idSpace, type Query } from '@sluice/core';
import { Bm25IndexBuilder, bm25, englishAnalyzer } from '@sluice/retrievers';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

const collections = [
  'cacm',
  'cosqa-code',
  'cranfield',
  'cystic-fibrosis',
  'med',
  'msmarco-dl19-pool',
  'pubmedqa',
  'scifact',
  'xquad-en',
];
const settings = [
  { run: 'english-k09b04', k1: 0.9, b: 0.4 },
  { run: 'english-k12b075', k1: 1.2, b: 0.75 },
];

describeWithShared('BM25 equals Lucene 9.9.2', (shared) => {
  describe.each(collections)('on %s', (collection) => {
    let corpus: ReturnType<typeof indexOf>;
    let queries: ReturnType<typeof readQueries>;
    beforeAll(() => {
      corpus = indexOf(`${shared}/data/beir/${collection}/corpus.jsonl`);
      queries = readQueries(`${shared}/data/beir/${collection}/queries.jsonl`);
    });

    it.each(settings)('in the top 100 of every query, k1 $k1, b $b', async ({ run, k1, b }) => {
      const golden = readRun(`${shared}/golden/lucene-bm25-runs/${collection}.${run}.trec.gz`);
      const retriever = bm25({ ...corpus, analyzer: englishAnalyzer(), k1, b });
      const asked = queries.filter(({ id }) => golden.has(id));
      expect(asked).toHaveLength(golden.size);
      const rankings = await retriever.retrieve(asked, { topK: 100 });
      const deviations = asked.flatMap(({ id }, at) => {
        const ids = rankings[at]?.ids ?? [];
        const scores = rankings[at]?.scores ?? new Float32Array(0);
        const deviation = deviationOf(ids, scores, golden.get(id) ?? []);
        return deviation === undefined ? [] : [`${id}: ${deviation}`];
      });
      expect(deviations).toEqual([]);
    });
  });
});

interface GoldenHit {
  readonly id: string;
  readonly score: number;
}

/**
 * How a ranking differs from the golden one, if it does. Goldens print four decimals and lower equal scores by 1e-6
 * each, so scores may differ by 1e-4 (relative or absolute, the larger) and documents of equal score change places;
 * at the end of the list, a document may give way to another of the same score.
 */
function deviationOf(ids: readonly string[], scores: Float32Array, golden: readonly GoldenHit[]): string | undefined {
  if (ids.length !== golden.length) return `${ids.length} documents instead of ${golden.length}`;
  const scoreOf = new Map(golden.map(({ id, score }) => [id, score]));
  const last = golden.at(-1)?.score ?? 0;
  for (const [rank, id] of ids.entries()) {
    const score = scores[rank] ?? Number.NaN;
    const tolerance = 1e-4 * Math.max(1, Math.abs(score));
    const here = golden[rank]?.score ?? Number.NaN;
    if (!(Math.abs(score - here) <= tolerance)) return `score ${score} instead of ${here} at rank ${rank + 1}`;
    const own = scoreOf.get(id) ?? last;
    if (!(Math.abs(score - own) <= tolerance)) return `${id} has ${score} instead of ${own}`;
  }
  return undefined;
}

function indexOf(file: string) {
  const documents = readLines(file).map((line): { _id: string; title?: string; text: string } => JSON.parse(line));
  const builder = new Bm25IndexBuilder(englishAnalyzer());
  for (const [ordinal, document] of documents.entries()) builder.add(ordinal, fullText(document));
  return { index: builder.build(), space: idSpace(documents.map(({ _id }) => _id)) };
}

function readQueries(file: string): (Query & { id: string })[] {
  return readLines(file).map((line) => {
    const { _id: id, text }: { _id: string; text: string } = JSON.parse(line);
    return { id, text };
  });
}

function readRun(file: string): Map<string, GoldenHit[]> {
  const run = new Map<string, GoldenHit[]>();
  for (const line of gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')) {
    const [query = '', , id = '', , score] = line.split(/\s+/);
    const hits = run.get(query) ?? [];
    hits.push({ id, score: Number(score) });
    run.set(query, hits);
  }
  return run;
}

function readLines(file: string): string[] {
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}
