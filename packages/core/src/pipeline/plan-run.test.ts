import { expect, it } from 'vitest';
import type { Progress } from '../progress.js';
import type { RetrieveOptions, Retriever } from '../retriever.js';
import { Trace } from '../trace.js';
import { fuse } from './fuse.js';
import { pipeline } from './pipeline.js';
import { rerank } from './rerank.js';
import type { Stage } from './stage.js';
import { depthSensitiveFusion, tableReranker, tableRetriever } from './table-components.fixture.js';
import { take } from './take.js';

const queries = [{ text: 'x' }, { text: 'y' }];

it('traces every step with what came in and went out', async () => {
  const chain = pipeline(
    fuse([tableRetriever('bm25'), tableRetriever('dense')], depthSensitiveFusion(), { depth: 4 }),
    rerank(tableReranker(), { depth: 5 }),
    take(2),
  );
  const trace = new Trace();
  await chain.retrieve(queries, { topK: 10, trace });
  expect(trace.steps.map(({ stage, input, output }) => ({ stage, input, output }))).toEqual([
    { stage: 'bm25', input: undefined, output: [4, 4] },
    { stage: 'dense', input: undefined, output: [4, 4] },
    { stage: 'sum', input: [8, 8], output: [5, 5] },
    { stage: 'cross', input: [5, 5], output: [2, 2] },
    { stage: 'take', input: [2, 2], output: [2, 2] },
  ]);
});

it('keeps the ranks and scores of every source and stage', async () => {
  const chain = pipeline(
    fuse([tableRetriever('bm25'), tableRetriever('dense')], depthSensitiveFusion(), { depth: 4 }),
    rerank(tableReranker(), { depth: 5 }),
  );
  const [ranking] = await chain.retrieve(queries, { topK: 5 });
  expect(Object.keys(ranking?.sources ?? {}).sort()).toEqual(['bm25', 'cross', 'dense', 'sum']);
  expect(ranking?.sources.cross?.ranks).toEqual(Uint32Array.of(1, 2, 3, 4, 5));
  expect(ranking?.sources.sum?.ranks.toSorted()).toEqual(Uint32Array.of(1, 2, 3, 4, 5));
});

it('passes filter, signal, progress and trace to the source, and all but the filter to stages', async () => {
  const seen: RetrieveOptions[] = [];
  const bm25 = tableRetriever('bm25');
  const source: Retriever = {
    ...bm25,
    retrieve(all, options) {
      seen.push(options);
      return bm25.retrieve(all, options);
    },
  };
  const spy: Stage = {
    name: 'spy',
    step: 'spy',
    requires: [],
    depth: (topK) => topK,
    async apply(candidates, options) {
      seen.push(options);
      return candidates.map(({ ranking }) => ranking);
    },
  };
  const onProgress = (_: Progress): void => {};
  const call = { signal: new AbortController().signal, onProgress, trace: new Trace() };
  const filter = { exists: 'year' } as const;
  await pipeline(source, spy).retrieve(queries, { topK: 3, filter, ...call });
  expect(seen).toEqual([
    { topK: 3, filter, ...call },
    { topK: 3, ...call },
  ]);
});

it('stops between stages with the reason of the signal', async () => {
  const controller = new AbortController();
  const cross = tableReranker();
  const bm25 = tableRetriever('bm25');
  const source: Retriever = {
    ...bm25,
    async retrieve(all, { topK }) {
      controller.abort(new Error('changed my mind'));
      return bm25.retrieve(all, { topK });
    },
  };
  const chain = pipeline(source, rerank(cross, { depth: 5 }));
  const call = chain.retrieve(queries, { topK: 3, signal: controller.signal });
  await expect(call).rejects.toThrow('changed my mind');
  expect(cross.asked).toEqual([]);
});

it('does not begin once the signal has fired', async () => {
  const bm25 = tableRetriever('bm25');
  const call = pipeline(bm25).retrieve(queries, { topK: 3, signal: AbortSignal.abort(new Error('too late')) });
  await expect(call).rejects.toThrow('too late');
  expect(bm25.asked.retrieve).toEqual([]);
});

it('rejects with the failure of a source only when the other has ended', async () => {
  const ended: string[] = [];
  const bm25 = tableRetriever('bm25');
  const slow: Retriever = {
    ...bm25,
    async retrieve(all, options) {
      await new Promise((resolve) => setImmediate(resolve));
      ended.push('slow');
      return bm25.retrieve(all, options);
    },
  };
  const failing: Retriever = { ...tableRetriever('dense'), retrieve: () => Promise.reject(new Error('no connection')) };
  await expect(fuse([slow, failing], depthSensitiveFusion()).retrieve(queries, { topK: 3 })).rejects.toThrow(
    'no connection',
  );
  expect(ended).toEqual(['slow']);
});

it('encodes the queries once for all stages that require their vectors', async () => {
  const dense = tableRetriever('dense');
  const widths: number[] = [];
  const reader = (name: string): Stage => ({
    name,
    step: name,
    requires: ['query.dense'],
    depth: (topK) => topK,
    async apply(candidates) {
      widths.push(...candidates.map(({ queryVectors }) => queryVectors?.dense?.[0] ?? Number.NaN));
      return candidates.map(({ ranking }) => ranking);
    },
  });
  await pipeline(dense, reader('first'), reader('second')).retrieve([{ text: 'abc' }, { text: 'ab' }], { topK: 3 });
  expect(widths).toEqual([3, 2, 3, 2]);
  expect(dense.asked.encodeQueries).toBe(1);
});
