import { and, type Document, field, fuse, pipeline, type StageSpec, Trace, take } from '@sluice/core';
import { rrf } from '@sluice/retrievers';
import { expectEqualRankings, hashedEmbedder, testRetriever } from '@sluice/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { indexed, opened, waters } from './indexed.fixture.js';
import { openCollection } from './open-collection.js';

const skip = [
  {
    test: 'finds only documents that pass the filter, as if the others were not asked',
    because: 'the fusion normalises the list that it gets, which holds only documents that pass',
  },
];
for (const name of ['bm25', 'dense', 'hybrid']) {
  const make = async (documents: readonly Document[]) => (await opened(documents)).pipeline(name);
  testRetriever(`the pipeline '${name}' of a collection`, make, { runs: 25, skip: name === 'hybrid' ? skip : [] });
}

describe('searching', () => {
  it('returns passages with text, title, metadata, scale and the rank in each source', async () => {
    const collection = await opened();
    const [first, ...others] = await collection.search('locks a lock lifts boats from one level to the next', {
      topK: 2,
    });
    expect(first).toMatchObject({ ...waters[1], rank: 1, scale: 'fusion' });
    expect(Object.keys(first?.sources ?? {})).toEqual(['bm25', 'dense']);
    expect(others).toHaveLength(1);
  });

  it('takes hybrid unless the collection has no vectors, or a pipeline of its own', async () => {
    const pipelineOf = async (options: Parameters<typeof indexed>[1]) => {
      const collection = await openCollection(await indexed(waters, options), { embedder: hashedEmbedder() });
      return collection.pipeline().name;
    };
    expect(await pipelineOf({ embedder: hashedEmbedder() })).toBe('hybrid');
    expect(await pipelineOf({})).toBe('bm25');
    expect(await pipelineOf({ embedder: hashedEmbedder(), pipeline: { type: 'dense' } })).toBe('dense');
  });

  it('keeps to a filter, and tells what filters and topK must be', async () => {
    const collection = await opened();
    const filter = and(field('year').lt(1900), field('kinds').eq('river'));
    for (const name of collection.pipelines) {
      const found = await collection.search('river level', { filter, pipeline: name });
      expect(found.map(({ id }) => id)).toEqual(['weir']);
    }
    await expect(collection.search('x', { topK: 0 })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
    const malformed = JSON.parse('{"near": ["year", 1900]}');
    await expect(collection.search('x', { filter: malformed })).rejects.toMatchObject({
      code: 'SLUICE_INVALID_FILTER',
    });
  });

  it('traces every stage', async () => {
    const [trace, collection] = [new Trace(), await opened()];
    // Steps end in the order of the sources where none has to rest. So a new turn, in which time stands still.
    await new Promise((resolve) => setImmediate(resolve));
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
    onTestFinished(() => clock.mockRestore());
    await collection.search('river', { trace });
    expect(trace.steps.map(({ stage }) => stage)).toEqual(['bm25', 'dense', 'hybrid']);
  });

  it('answers an empty query and an empty batch', async () => {
    const collection = await opened();
    expect(await collection.search('', { pipeline: 'bm25' })).toEqual([]);
    expect(await collection.retrieve([])).toEqual([]);
  });
});

describe('pipelines', () => {
  const spec: StageSpec = {
    type: 'pipeline',
    stages: [
      { type: 'fuse', sources: [{ type: 'bm25' }, { type: 'dense' }], by: { type: 'rrf', k: 60 } },
      { type: 'take', topK: 3 },
    ],
  };

  it('reads a written one as the same built by hand', async () => {
    const collection = await opened();
    const { bm25, dense } = collection.sources;
    if (!dense) throw new Error('no dense source');
    const byHand = pipeline(fuse([bm25, dense], rrf({ k: 60 })), take(3));
    const queries = [{ text: 'river level' }, { text: 'dough' }];
    const [written, built] = await Promise.all(
      [spec, byHand].map((choice) => collection.retrieve(queries, { pipeline: choice })),
    );
    expectEqualRankings(written ?? [], built ?? []);
    expect(written?.map(({ ids }) => ids.length)).toEqual([3, 3]);
  });

  it.each(['bm25', 'dense', 'hybrid'])('writes %s down and reads it back', async (name) => {
    const collection = await opened();
    const original = collection.pipeline(name);
    const again = collection.pipeline(JSON.parse(JSON.stringify(original.toSpec())));
    expect(again.toString()).toBe(original.toString());
    const queries = [{ text: 'river level' }];
    expectEqualRankings(await again.retrieve(queries, { topK: 4 }), await original.retrieve(queries, { topK: 4 }));
  });

  it('refuses names, types and options that do not exist, by name', async () => {
    const collection = await opened();
    expect(() => collection.pipeline('nope')).toThrow(/no 'nope'; the collection has bm25, dense, hybrid/);
    expect(() => collection.pipeline({ type: 'nope' })).toThrow(
      expect.objectContaining({ code: 'SLUICE_UNKNOWN_STAGE' }),
    );
    const wrong = { type: 'bm25', k1: -1 };
    expect(() => collection.pipeline(wrong)).toThrow(
      expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path: 'k1' }),
    );
  });

  it('says that vectors are missing where they are', async () => {
    const collection = await openCollection(await indexed(waters, {}));
    expect(collection.pipelines).toEqual(['bm25']);
    expect(collection.sources.dense).toBeUndefined();
    expect(() => collection.pipeline('hybrid')).toThrow(/without vectors/);
    expect(() => collection.pipeline({ type: 'dense' })).toThrow(/without vectors/);
  });
});

describe('what is asked', () => {
  it('names the fields that filters may ask for, until it is closed', async () => {
    const collection = await opened(waters);
    expect(await collection.fields()).toEqual(['kinds', 'year']);
    await expect(collection.fields({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    await collection.close();
    await expect(collection.fields()).rejects.toMatchObject({ code: 'SLUICE_STORE_CLOSED' });
    const empty = await openCollection(await indexed([], {}));
    expect(await empty.fields()).toEqual([]);
    await empty.close();
  });

  it('refuses a misspelled option, what is no signal, and what is no query, by name', async () => {
    const collection = await opened(waters);
    const refused = { code: 'SLUICE_INVALID_OPTIONS' };
    await expect(collection.search('x', Object({ topk: 1 }))).rejects.toMatchObject(refused);
    await expect(collection.search('x', Object({ signal: new AbortController() }))).rejects.toMatchObject({
      ...refused,
      path: 'signal',
    });
    await expect(collection.search(Object(42))).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
    await collection.close();
  });

  it('reads a relevance filter in a written pipeline', async () => {
    const collection = await opened(waters);
    const filter = { type: 'scoreThreshold', threshold: 2, column: 'dense' };
    const spec = { type: 'pipeline', stages: [{ type: 'dense' }, { type: 'relevance', by: filter }] };
    expect(await collection.search('river', { pipeline: spec })).toEqual([]);
    await collection.close();
  });
});
