import { expect, it } from 'vitest';
import { fuse } from './fuse.js';
import { pipeline } from './pipeline.js';
import { relevance } from './relevance.js';
import { rerank } from './rerank.js';
import { columnFloor, depthSensitiveFusion, tableReranker, tableRetriever } from './table-components.fixture.js';
import { take } from './take.js';

const queries = [{ text: 'x' }, { text: 'y' }];

it("moves a reranker's depth down to the source", async () => {
  const bm25 = tableRetriever('bm25');
  const cross = tableReranker();
  const plan = pipeline(bm25, rerank(cross, { depth: 5 })).compile();
  expect(plan.steps).toEqual(['bm25(topK: 5)', 'rerank(cross, depth: 5)']);
  const rankings = await plan.retrieve(queries, { topK: 20 });
  expect(bm25.asked.retrieve).toEqual([5]);
  expect(cross.asked).toEqual([10]);
  expect(rankings.map(({ length }) => length)).toEqual([5, 5]);
});

it('moves a take through a fusion to the sources', async () => {
  const [bm25, dense] = [tableRetriever('bm25'), tableRetriever('dense')];
  const plan = pipeline(fuse([bm25, dense], depthSensitiveFusion()), take(3)).compile();
  expect(plan.steps).toEqual([
    'bm25(topK: at most 6)',
    'dense(topK: at most 6)',
    'sum(bm25, dense, topK: at most 3)',
    'take(3)',
  ]);
  await plan.retrieve(queries, { topK: 100 });
  expect([bm25.asked.retrieve, dense.asked.retrieve]).toEqual([[6], [6]]);
});

it('prints what runs for one topK', () => {
  const chain = pipeline(fuse([tableRetriever('bm25'), tableRetriever('dense')], depthSensitiveFusion()), take(30));
  expect(chain.compile({ topK: 10 }).steps).toEqual([
    'bm25(topK: 20)',
    'dense(topK: 20)',
    'sum(bm25, dense, topK: 10)',
    'take(30)',
  ]);
  expect(pipeline(tableRetriever('bm25')).compile().steps).toEqual(['bm25(topK: as asked)']);
});

it('completes a column that fusion left partial, for the candidates that miss a score', async () => {
  const [bm25, dense] = [tableRetriever('bm25'), tableRetriever('dense')];
  const fused = fuse([bm25, dense], depthSensitiveFusion(), { depth: 6 });
  const plan = pipeline(fused, relevance(columnFloor('dense', -1), { depth: 8 })).compile();
  expect(plan.steps).toContain('complete(dense)');

  const before = await fused.retrieve(queries, { topK: 8 });
  const missing = before.flatMap(({ sources }) => [...(sources.dense?.scores ?? [])].filter(Number.isNaN)).length;
  const after = await plan.retrieve(queries, { topK: 8 });
  expect(missing).toBeGreaterThan(0);
  expect(dense.asked.score).toEqual([missing]);
  expect(bm25.asked.score).toEqual([]);
  for (const { sources } of after) {
    expect([...(sources.dense?.scores ?? [])].some(Number.isNaN)).toBe(false);
    expect([...(sources.dense?.ranks ?? [])]).toContain(0);
    expect([...(sources.bm25?.scores ?? [])].some(Number.isNaN)).toBe(true);
  }
});

it('completes nothing where every candidate comes from the source', async () => {
  const dense = tableRetriever('dense');
  const plan = pipeline(dense, columnFloor('dense', 1)).compile();
  expect(plan.steps).toEqual(['dense(topK: 100)', 'relevance(floor(dense), depth: 100)']);
  await plan.retrieve(queries, { topK: 3 });
  expect(dense.asked.score).toEqual([]);
});

it('refuses a topK that is no positive integer', async () => {
  const chain = pipeline(tableRetriever('bm25'));
  for (const topK of [0, -1, 1.5, Number.NaN]) {
    await expect(chain.retrieve(queries, { topK })).rejects.toMatchObject({
      code: 'SLUICE_INVALID_OPTIONS',
      path: 'topK',
    });
  }
});

it('refuses a filter that is none before it searches', async () => {
  const bm25 = tableRetriever('bm25');
  const filter = JSON.parse('{ "and": [{ "like": ["title", "gate"] }] }');
  const call = pipeline(bm25).retrieve(queries, { topK: 3, filter });
  await expect(call).rejects.toMatchObject({ code: 'SLUICE_INVALID_FILTER', path: 'and.0' });
  expect(bm25.asked.retrieve).toEqual([]);
});

it('answers no queries without asking anyone', async () => {
  const bm25 = tableRetriever('bm25');
  expect(await pipeline(bm25, take(3)).retrieve([], { topK: 3 })).toEqual([]);
  expect(bm25.asked.retrieve).toEqual([]);
});

it('names a component that answers for another number of queries, or too much', async () => {
  const shifted = { ...tableRetriever('shifted'), retrieve: async () => [] };
  const broken = { code: 'SLUICE_BROKEN_CONTRACT', component: 'shifted' };
  await expect(pipeline(shifted).retrieve(queries, { topK: 3 })).rejects.toMatchObject(broken);

  const bm25 = tableRetriever('bm25');
  const greedy = { ...bm25, name: 'greedy', retrieve: (all: typeof queries) => bm25.retrieve(all, { topK: 5 }) };
  const tooMuch = { code: 'SLUICE_BROKEN_CONTRACT', component: 'greedy' };
  await expect(pipeline(greedy).retrieve(queries, { topK: 4 })).rejects.toMatchObject(tooMuch);
});
