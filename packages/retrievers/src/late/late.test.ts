import {
  type Document,
  filterBitmap,
  fullText,
  idSpace,
  maxSimScale,
  metadataColumnsOf,
  type Retriever,
} from '@sluice/core';
import { decodeFloat16, encodeFloat16 } from '@sluice/kernels';
import {
  expectRefusal,
  hashedEmbedder,
  scoringRetriever,
  smallCorpus,
  testRetriever,
  wordVectors,
} from '@sluice/testing';
import { expect, it } from 'vitest';
import { type LateOptions, late } from './late.js';
import type { MultiVectorPrecision } from './multi-vector-options.js';
import { MultiVectorStoreBuilder } from './multi-vector-store-builder.js';

const embedder = wordVectors();
const corpusWords = ['amber', 'basalt', 'cobalt', 'delta', 'ember', 'fjord', 'granite', 'harbour', 'island', 'juniper'];

testRetriever('late over a store', async (documents) => late(await optionsOver(documents)), {
  oracle: bruteForce,
  tolerance: 1e-4,
});
testRetriever('late over a store in int8', async (documents) => late(await optionsOver(documents, 'int8')));

it('scores a document without vectors no higher than any other', async () => {
  const documents = [...smallCorpus, { id: 'blank', text: ' ' }];
  const retriever = late(await optionsOver(documents));
  const [ranking] = await retriever.retrieve([{ text: 'moon' }], { topK: 10 });
  expect(ranking?.ids).not.toContain('blank');
  expect(ranking).toHaveLength(smallCorpus.length);
});

it.each<{ code: string; path?: string; change: Partial<LateOptions> }>([
  { code: 'SLUICE_FINGERPRINT_MISMATCH', change: { embedder: { ...embedder, fingerprint: 'other' } } },
  { code: 'SLUICE_INVALID_OPTIONS', path: 'embedder.dimensions', change: { embedder: { ...embedder, dimensions: 7 } } },
  { code: 'SLUICE_INVALID_OPTIONS', path: 'space', change: { space: idSpace(['a']) } },
  { code: 'SLUICE_INVALID_OPTIONS', path: 'recall', change: { recall: 0 } },
])('refuses what does not fit: $code $path', async ({ code, path, change }) => {
  const options = { ...(await optionsOver(smallCorpus)), ...change };
  const fields = path === undefined ? {} : { fields: { issues: [expect.objectContaining({ path })] } };
  await expectRefusal(async () => late(options), { code, ...fields });
});

async function optionsOver(documents: readonly Document[], precision?: MultiVectorPrecision): Promise<LateOptions> {
  const { fingerprint, dimensions } = embedder;
  const builder = new MultiVectorStoreBuilder({ fingerprint, dimensions, precision });
  builder.add(
    Uint32Array.from(documents, (_, at) => at),
    await embedder.encodeDocuments(documents.map(fullText)),
  );
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return {
    index: builder.build(),
    embedder,
    space: idSpace(documents.map(({ id }) => id)),
    bitmapOf: (filter) => filterBitmap(filter, columns),
  };
}

/** MaxSim of vectors that were rounded to float16, in double precision. */
async function bruteForce(documents: readonly Document[]): Promise<Retriever> {
  const wordsOf = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  const words = [...new Set(['[Q]', ...corpusWords, ...documents.flatMap((document) => wordsOf(fullText(document)))])];
  const { data, columns } = await hashedEmbedder({ dimensions: embedder.dimensions }).encodeQueries(words);
  const halves = new Uint16Array(data.length);
  encodeFloat16(data, halves);
  const rounded = new Float32Array(data.length);
  decodeFloat16(halves, rounded);
  const rowOf = (all: Float32Array, word: string) => all.subarray(words.indexOf(word) * columns).subarray(0, columns);
  const dot = (left: string, right: string) => {
    const other = rowOf(rounded, right);
    return rowOf(data, left).reduce((sum, value, column) => sum + value * (other[column] ?? 0), 0);
  };
  const score = (query: string, document: Document): number | undefined => {
    const own = wordsOf(fullText(document));
    if (own.length === 0) return undefined;
    return wordsOf(`[Q] ${query}`).reduce((sum, asked) => sum + Math.max(...own.map((word) => dot(asked, word))), 0);
  };
  return scoringRetriever(documents, { score, scale: maxSimScale });
}
