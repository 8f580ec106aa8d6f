import { expect, it } from 'vitest';
import type { Retriever } from '../retriever.js';
import { fuse } from './fuse.js';
import { pipeline } from './pipeline.js';
import { rerank } from './rerank.js';
import { retrieveAll } from './retrieve-all.js';
import { depthSensitiveFusion, tableReranker, tableRetriever } from './table-components.fixture.js';
import { take } from './take.js';

const queries = [{ text: 'x' }, { text: 'y' }];

it('searches a shared source once, at the greatest depth', async () => {
  const [bm25, dense] = [tableRetriever('bm25'), tableRetriever('dense')];
  const chains = [
    bm25,
    pipeline(bm25, rerank(tableReranker(), { depth: 12 })),
    fuse([bm25, dense], depthSensitiveFusion()),
  ];
  const [alone] = await retrieveAll(chains, queries, { topK: 5 });
  expect(bm25.asked.retrieve).toEqual([12]);
  expect(dense.asked.retrieve).toEqual([10]);
  expect(alone?.map(({ length }) => length)).toEqual([5, 5]);
});

it('runs an equal beginning once: equal stages over equal candidates', async () => {
  const bm25 = tableRetriever('bm25');
  const cross = tableReranker();
  const reranked = () => pipeline(bm25, rerank(cross, { depth: 6 }));
  await retrieveAll([reranked(), pipeline(reranked(), take(2)), pipeline(reranked(), take(3))], queries, { topK: 5 });
  expect(cross.asked).toEqual([12]);
});

it('runs unequal stages apart', async () => {
  const bm25 = tableRetriever('bm25');
  const cross = tableReranker();
  const chains = [6, 7].map((depth) => pipeline(bm25, rerank(cross, { depth })));
  await retrieveAll(chains, queries, { topK: 5 });
  expect(cross.asked).toEqual([12, 14]);
});

it('searches a source whose cut-offs are separate once for each depth', async () => {
  const bm25 = tableRetriever('bm25');
  const steered: Retriever = { ...bm25, cutoffs: 'separate' };
  await retrieveAll([steered, pipeline(steered, take(3)), steered], queries, { topK: 5 });
  expect(bm25.asked.retrieve).toEqual([5, 3]);
});

it('gives each retriever an empty answer to no queries', async () => {
  expect(await retrieveAll([tableRetriever('a'), tableRetriever('b')], [], { topK: 1 })).toEqual([[], []]);
});
