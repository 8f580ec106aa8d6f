import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, idSpace } from '@sluice/core';
import { evaluate, openBeir, Run } from '@sluice/evaluation';
import { Bm25IndexBuilder, bm25, englishAnalyzer } from '@sluice/retrievers';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeWithShared } from '../shared.js';

const reproductions = z
  .strictObject({
    measure: z.string(),
    tolerance: z.number().positive(),
    rows: z
      .array(
        z.strictObject({ collection: z.string(), pipeline: z.string(), command: z.string(), expected: z.number() }),
      )
      .min(1),
  })
  .parse(readYaml('test/reproductions/bm25.yaml'));

const pipelineFile = z.strictObject({ type: z.literal('bm25'), k1: z.number(), b: z.number() });

describeWithShared('BM25 reproduces Lucene’s scores', (shared) => {
  const { measure, tolerance, rows } = reproductions;
  it.each(rows)('$collection, $pipeline', async ({ collection, pipeline, expected }) => {
    const beir = await openBeir(`${shared}/data/beir/${collection}`);
    const [retriever, queries, qrels] = await Promise.all([
      indexed(beir.documents(), pipeline),
      beir.queries('test'),
      beir.qrels('test'),
    ]);
    const run = Run.fromRankings(await retriever.retrieve(queries, { topK: 100 }), queries);
    const { summary } = await evaluate(qrels, run, [measure]);
    expect(Math.abs((summary[measure] ?? Number.NaN) - expected), `${summary[measure]}`).toBeLessThanOrEqual(tolerance);
  });
});

async function indexed(documents: AsyncIterable<Document>, pipeline: string) {
  const ids: string[] = [];
  const analyzer = englishAnalyzer();
  const builder = new Bm25IndexBuilder(analyzer);
  await builder.addAll(numbered(documents, ids));
  const { type: _, ...parameters } = pipeline === 'bm25' ? { type: 'bm25' } : pipelineFile.parse(readYaml(pipeline));
  return bm25({ index: await builder.buildInSlices(), space: idSpace(ids), analyzer, ...parameters });
}

async function* numbered(documents: AsyncIterable<Document>, ids: string[]) {
  for await (const document of documents) yield { ...document, ordinal: ids.push(document.id) - 1 };
}

function readYaml(path: string): unknown {
  return parse(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8'));
}
