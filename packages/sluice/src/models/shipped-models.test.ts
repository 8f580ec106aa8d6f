import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Matrix, rowOf, type SparseMatrix, sparseRowOf } from '@sluice/core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openModel } from './open-model.js';
import { openSpladeModel } from './open-splade-model.js';
import { shippedModels } from './shipped-models.js';

it.each(shippedModels)('$name opens by its name, and is as wide as listed', async ({ name, dimensions }) => {
  const model = await openModel(name);
  expect({ name: model.name, dimensions: model.embedder.dimensions }).toEqual({ name, dimensions });
  expect((await model.embedder.encodeQueries(['water'])).columns).toBe(dimensions);
  await model.close();
});

it.each(shippedModels)('$name has sparse vectors where it is listed with them', async ({ name, vectors }) => {
  const opening = openSpladeModel(name);
  if (!vectors.includes('sparse')) return expect(opening).rejects.toThrow(/has no sparse vectors; use 'matryoshka-/);
  const { embedder, close } = await opening;
  expect((await embedder.encodeDocuments(['water'])).indices.length).toBeGreaterThan(0);
  await close();
});

it.each(shippedModels)('the card of $name has the checksum of its weights', async ({ folder, kind }) => {
  const at = await folder();
  const card = await readFile(new URL('README.md', at), 'utf8');
  const files =
    kind === 'static'
      ? ['model.safetensors']
      : ['onnx/model_quantized.onnx', '2_Dense/model.safetensors', 'tokenizer.json', 'sparse/queries.safetensors'];
  for (const file of files) {
    const sum = createHash('sha256')
      .update(await readFile(new URL(file, at)))
      .digest('hex');
    expect(card).toContain(`\`${file}\`: \`${sum}\``);
  }
});

it.each(shippedModels.map(({ name }) => name))('%s has no float32 form', async (name) => {
  await expect(openModel(name, { precision: 'float32' })).rejects.toMatchObject({
    code: 'SLUICE_INVALID_OPTIONS',
    issues: [{ path: 'precision' }],
  });
});

it('matryoshka-minilm comes near its float32 form at every width', async () => {
  const shipped = shippedModels.find(({ name }) => name === 'matryoshka-minilm');
  const file = new URL('golden.json', await shipped?.folder());
  const { texts } = golden.parse(JSON.parse(await readFile(file, 'utf8')));
  const { embedder, close } = await openModel('matryoshka-minilm', { precision: 'int8' });
  for (const dimensions of [384, 256, 128, 64]) {
    const inputs = texts.map(({ text }) => text);
    const rows = await embedder.encodeDocuments(inputs, { dimensions });
    const cosines = texts.map(({ vector }, row) => cosine(rows, row, vector));
    expect(Math.min(...cosines), `${dimensions}`).toBeGreaterThan(0.98);
  }
  await close();
});

it('the sparse vectors of matryoshka-minilm come near their float32 form, and queries are the table’s', async () => {
  const shipped = shippedModels.find(({ name }) => name === 'matryoshka-minilm');
  const file = new URL('golden-sparse.json', await shipped?.folder());
  const { texts } = sparseGolden.parse(JSON.parse(await readFile(file, 'utf8')));
  const inputs = texts.map(({ text }) => text);
  const { embedder, close } = await openSpladeModel('matryoshka-minilm');
  const documents = await embedder.encodeDocuments(inputs);
  const queries = await embedder.encodeQueries(inputs);
  await close();
  const withModel = await openSpladeModel('matryoshka-minilm', { queries: 'model' });
  const encoded = await withModel.embedder.encodeQueries(inputs);
  await withModel.close();
  for (const [row, { text, document, query, encodedQuery }] of texts.entries()) {
    expect(sparseCosine(encoded, row, encodedQuery), text).toBeGreaterThan(0.97);
    expect(sparseCosine(documents, row, document), text).toBeGreaterThan(0.97);
    expect(sparseRowOf(documents, row).indices.length).toBeLessThanOrEqual(200);
    // In five digits.
    const { indices, values } = sparseRowOf(queries, row);
    expect([...indices], text).toEqual(query.map(([term]) => term));
    expect(query.every(([, weight], at) => Math.abs(weight - (values[at] ?? 0)) < 1e-5)).toBe(true);
  }
});

const sparseRow = z.array(z.tuple([z.int(), z.number()]));
const sparseGolden = z.strictObject({
  texts: z.array(z.strictObject({ text: z.string(), document: sparseRow, query: sparseRow, encodedQuery: sparseRow })),
});

function sparseCosine(found: SparseMatrix, row: number, expected: readonly (readonly [number, number])[]): number {
  const { indices, values } = sparseRowOf(found, row);
  const own = new Map(Array.from(indices, (term, at) => [term, values[at] ?? 0]));
  const dot = expected.reduce((sum, [term, weight]) => sum + weight * (own.get(term) ?? 0), 0);
  return dot / Math.hypot(...own.values()) / Math.hypot(...expected.map(([, weight]) => weight));
}

const golden = z.strictObject({
  texts: z.array(z.strictObject({ text: z.string(), vector: z.array(z.number()).length(384) })),
});

/** Of a row with the leading numbers of `expected`. */
function cosine(rows: Matrix, row: number, expected: readonly number[]): number {
  const found = rowOf(rows, row);
  const cut = expected.slice(0, found.length);
  const dot = cut.reduce((sum, value, at) => sum + value * (found[at] ?? 0), 0);
  return dot / Math.hypot(...cut) / Math.hypot(...found);
}
