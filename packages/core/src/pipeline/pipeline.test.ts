import { expect, expectTypeOf, it } from 'vitest';
import type { Retriever } from '../retriever.js';
import { type Pipeline, pipeline } from './pipeline.js';
import { rerank } from './rerank.js';
import { columnFloor, tableReranker, tableRetriever } from './table-components.fixture.js';
import { take } from './take.js';

const bm25 = tableRetriever('bm25');
const cross = rerank(tableReranker(), { depth: 5 });

it('is associative: a pipeline of an unnamed pipeline is one pipeline', () => {
  const nested = pipeline(pipeline(bm25, cross), take(3));
  expect(nested.toSpec()).toEqual(pipeline(bm25, cross, take(3)).toSpec());
  expect(pipeline(nested)).toBe(nested);
});

it('keeps a named pipeline whole', () => {
  const first = pipeline(bm25, cross).named('first');
  expect(String(pipeline(first, take(3)))).toBe('pipeline(first: pipeline(bm25, rerank(cross, depth: 5)), take(3))');
});

it('has the name and scale of what gave its scores', () => {
  expect(pipeline(bm25, take(3))).toMatchObject({ name: 'bm25', scale: { name: 'dot' } });
  expect(pipeline(bm25, cross, take(3))).toMatchObject({ name: 'cross', scale: { name: 'logit' } });
  expect(pipeline(bm25, cross).named('mine').name).toBe('mine');
});

it.each([
  () => take(0),
  () => take(1.5),
  () => rerank(tableReranker(), { depth: 0 }),
  () => rerank(tableReranker(), { depth: 5, topK: 0 }),
])('refuses cut-offs that are no positive integers', (make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS' }));
});

it('takes stages and bare filters, and is a retriever', () => {
  expectTypeOf(pipeline(bm25, take(3), columnFloor('bm25', 0))).toEqualTypeOf<Pipeline>();
  expectTypeOf<Pipeline>().toExtend<Retriever>();
  // @ts-expect-error a reranker needs a depth: rerank(reranker, { depth })
  expect(() => pipeline(bm25, tableReranker())).toThrow();
});
