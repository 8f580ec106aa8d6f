import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Document, idSpace } from '@sluice/core';
import { cachedEmbedder, transformerEmbedder } from '@sluice/embedders';
import { evaluate, openBeir, Run } from '@sluice/evaluation';
import { nodeDirectory } from '@sluice/files/node';
import { dense, flatIndex } from '@sluice/retrievers';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { describeWithShared } from '../shared.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const { measure, tolerance, rows } = z
  .strictObject({
    measure: z.string(),
    tolerance: z.number().positive(),
    rows: z
      .array(
        z.strictObject({
          collection: z.string(),
          command: z.string(),
          expected: z.number(),
          runs: z.enum(['always', 'on request']),
        }),
      )
      .min(1),
  })
  .parse(parse(readFileSync(path('minilm.yaml'), 'utf8')));

const wanted = process.env.SLUICE_REPRODUCE === 'all' ? rows : rows.filter(({ runs }) => runs === 'always');

describeWithShared('all-MiniLM-L6-v2 reproduces sentence-transformers’ scores', (shared) => {
  it.each(wanted)('$collection', { timeout: 7_200_000 }, async ({ collection, expected }) => {
    const beir = await openBeir(`${shared}/data/beir/${collection}`);
    const [documents, queries, qrels] = await Promise.all([
      listed(beir.documents()),
      beir.queries('test'),
      beir.qrels('test'),
    ]);
    const embedder = await cachedEmbedder(
      await transformerEmbedder({ model: `${shared}/models/all-MiniLM-L6-v2` }),
      nodeDirectory(path('../../.cache/embeddings')),
    );
    const index = flatIndex({ dimensions: embedder.dimensions, similarity: embedder.similarity });
    index.add(Uint32Array.from(documents.keys()), await embedder.encodeDocuments(documents));
    const retriever = dense({ index, embedder, space: idSpace(documents.map(({ id }) => id)) });
    const run = Run.fromRankings(await retriever.retrieve(queries, { topK: 1000 }), queries);
    await embedder.close();
    const { summary } = await evaluate(qrels, run, [measure]);
    expect(Math.abs((summary[measure] ?? Number.NaN) - expected), `${summary[measure]}`).toBeLessThanOrEqual(tolerance);
  });
});

async function listed(documents: AsyncIterable<Document>): Promise<Document[]> {
  const list: Document[] = [];
  for await (const document of documents) list.push(document);
  return list;
}
