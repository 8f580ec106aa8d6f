import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { idSpace, type Query, type Ranking, type SparseMatrix, type SparseVector } from '@sluice/core';
import { ImpactIndexBuilder, impact, loadImpact, saveImpact } from '@sluice/retrievers';
import { expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

const fingerprint = 'naver/splade-v3';

describeWithShared('SPLADE-v3 on NFCorpus equals the exact integer products', (shared) => {
  const folder = `${shared}/golden/splade-v3-nfcorpus`;
  const vocabulary = new Map<string, number>();
  const documents = zippedLines(`${folder}/docs.jsonl.gz`).map((line) => {
    const { id, vector }: { id: string; vector: Record<string, number> } = JSON.parse(line);
    return { id, vector: vectorOf(Object.entries(vector), vocabulary) };
  });
  const queries = zippedLines(`${folder}/queries.splade-v3.tsv.gz`).map((line) => readQuery(line, vocabulary));
  const golden = readRun(`${folder}/expected-run.top100.trec`);
  const space = idSpace(documents.map(({ id }) => id));

  it.each([
    { evaluation: 'pruned', precision: 'uint16' },
    { evaluation: 'exhaustive', precision: 'uint16' },
    { evaluation: 'pruned', precision: 'float32' },
  ] as const)('$evaluation, $precision: documents and scores of the top 100', async ({ evaluation, precision }) => {
    const builder = new ImpactIndexBuilder({ fingerprint, vocabularySize: vocabulary.size, precision });
    const rows = documents.map(({ vector }) => vector);
    builder.add(Uint32Array.from(documents.keys()), stacked(rows, vocabulary.size));
    const index = loadImpact(structuredClone(saveImpact(builder.build())));
    expect([index.documents, index.postings, index.scale]).toEqual([3633, 998_259, 1]);
    const retriever = impact({ index, space, evaluation });
    // Deep enough that ties at place 100 are complete: trec_eval's order then takes the largest ids.
    const rankings = await retriever.retrieve(queries, { topK: 200 });
    const different = queries.flatMap(({ id }, at) => {
      const [actual, expected] = [inTrecOrder(rankings[at]).slice(0, 100), golden.get(id)];
      return JSON.stringify(actual) === JSON.stringify(expected) ? [] : [id];
    });
    expect(queries).toHaveLength(323);
    expect(different).toEqual([]);
  });
});

/** Documents with their scores, by score, equal scores by falling id. */
function inTrecOrder(ranking: Ranking | undefined): (readonly [string, number])[] {
  const hits = (ranking?.ids ?? []).map((id, at) => [id, ranking?.scores[at] ?? 0] as const);
  return hits.sort(([a, left], [b, right]) => right - left || (a < b ? 1 : -1));
}

function readQuery(line: string, vocabulary: Map<string, number>): Query & { readonly id: string } {
  const [id = '', tokens = ''] = line.split('\t');
  const counts = new Map<string, number>();
  for (const token of tokens.split(' ')) counts.set(token, (counts.get(token) ?? 0) + 1);
  return { id, text: '', sparseVectors: { [fingerprint]: vectorOf([...counts], vocabulary) } };
}

/** Numbers new terms, documents before queries: terms that only queries have are in the vocabulary too. */
function vectorOf(weights: readonly (readonly [string, number])[], vocabulary: Map<string, number>): SparseVector {
  const numbered = weights.map(([term, weight]) => {
    const number = vocabulary.get(term) ?? vocabulary.size;
    vocabulary.set(term, number);
    return [number, weight] as const;
  });
  numbered.sort(([left], [right]) => left - right);
  return {
    indices: Uint32Array.from(numbered, ([term]) => term),
    values: Float32Array.from(numbered, ([, weight]) => weight),
  };
}

function stacked(rows: readonly SparseVector[], columns: number): SparseMatrix {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, { indices }] of rows.entries()) offsets[row + 1] = (offsets[row] ?? 0) + indices.length;
  const matrix = {
    rows: rows.length,
    columns,
    offsets,
    indices: new Uint32Array(offsets[rows.length] ?? 0),
    values: new Float32Array(offsets[rows.length] ?? 0),
  };
  for (const [row, { indices, values }] of rows.entries()) {
    matrix.indices.set(indices, offsets[row]);
    matrix.values.set(values, offsets[row]);
  }
  return matrix;
}

function readRun(file: string): Map<string, [string, number][]> {
  const run = new Map<string, [string, number][]>();
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const [query = '', , id = '', , score] = line.split(' ');
    const hits = run.get(query) ?? [];
    hits.push([id, Number(score)]);
    run.set(query, hits);
  }
  return run;
}

function zippedLines(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
}
