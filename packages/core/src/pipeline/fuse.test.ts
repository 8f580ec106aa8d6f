import { expect, it } from 'vitest';
import { fuse } from './fuse.js';
import { pipeline } from './pipeline.js';
import { rerank } from './rerank.js';
import { depthSensitiveFusion, tableReranker, tableRetriever } from './table-components.fixture.js';

const fusion = depthSensitiveFusion();

it('asks every source at its own depth, whatever topK is', async () => {
  const [a, b] = [tableRetriever('a'), tableRetriever('b')];
  const fused = fuse([a, b], fusion, { depth: 7 });
  await fused.retrieve([{ text: 'x' }], { topK: 2 });
  await fused.retrieve([{ text: 'x' }], { topK: 9 });
  expect([a.asked.retrieve, b.asked.retrieve]).toEqual([
    [7, 7],
    [7, 7],
  ]);
});

it('says whether its cut-offs are nested', () => {
  expect(fuse([tableRetriever('a')], fusion).cutoffs).toBe('separate');
  expect(fuse([tableRetriever('a')], fusion, { depth: 7 }).cutoffs).toBe('nested');
  expect(pipeline(fuse([tableRetriever('a')], fusion), rerank(tableReranker(), { depth: 5 })).cutoffs).toBe('nested');
});

it('keeps the columns that a nested pipeline carries', async () => {
  const reranked = pipeline(tableRetriever('a'), rerank(tableReranker(), { depth: 3 }));
  const [ranking] = await fuse([reranked, tableRetriever('b')], fusion, { depth: 4 }).retrieve([{ text: 'x' }], {
    topK: 10,
  });
  expect(Object.keys(ranking?.sources ?? {}).sort()).toEqual(['a', 'b', 'cross']);
  const [inner] = await reranked.retrieve([{ text: 'x' }], { topK: 3 });
  const expected = new Map(inner?.toDocuments().map(({ id, sources }) => [id, sources.a]));
  for (const { id, sources } of ranking?.toDocuments() ?? []) expect(sources.a).toEqual(expected.get(id));
});

it.each([
  { why: 'no sources', sources: [], options: {}, path: 'sources' },
  { why: 'two of one name', sources: ['a', 'a'], options: {}, path: 'sources' },
  { why: 'no depth', sources: ['a'], options: { depth: 0 }, path: 'depth' },
  { why: 'no name', sources: ['a'], options: { name: '' }, path: 'name' },
])('refuses $why', ({ sources, options, path }) => {
  const refusal = expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path });
  expect(() => fuse(sources.map(tableRetriever), fusion, options)).toThrow(refusal);
});

it('refuses two different sources of one name further down', () => {
  const nested = pipeline(tableRetriever('a')).named('nested');
  expect(() => fuse([nested, tableRetriever('a')], fusion)).toThrow(/two are called 'a'/);
});

it('takes the same source twice', () => {
  const a = tableRetriever('a');
  expect(fuse([a, pipeline(a, rerank(tableReranker(), { depth: 3 }))], fusion).name).toBe('sum');
});
