import {
  Bitmap,
  filterBitmap,
  fullText,
  idSpace,
  type Matrix,
  metadataColumnsOf,
  paced,
  unpaced,
  vectorsOf,
} from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { testRetriever, wordVectors } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenVectors } from './fixtures/token-vectors.js';
import { late } from './late.js';
import { type LateIndex, lateIndexSteps } from './late-index.js';
import type { LateIndexOptions } from './late-index-options.js';
import type { MaxSimAnswer, MaxSimIndex } from './max-sim-index.js';
import type { MultiVectorStore } from './multi-vector-store.js';
import { MultiVectorStoreBuilder } from './multi-vector-store-builder.js';
import { loadLateIndex, saveLateIndex } from './saved-late-index.js';

const embedder = wordVectors();

testRetriever('late over an index', async (documents) => {
  const { fingerprint, dimensions } = embedder;
  const builder = new MultiVectorStoreBuilder({ fingerprint, dimensions });
  builder.add(
    Uint32Array.from(documents, (_, at) => at),
    await embedder.encodeDocuments(documents.map(fullText)),
  );
  const columns = metadataColumnsOf(documents.map(({ metadata }) => metadata));
  return late({
    index: await paced(lateIndexSteps(builder.build())),
    embedder,
    space: idSpace(documents.map(({ id }) => id)),
    bitmapOf: (filter) => filterBitmap(filter, columns),
  });
});

const TEXTS = 1200;
const shape = { texts: TEXTS, vectors: 12, dimensions: 16 };
const store = storeOf(tokenVectors(shape, 1));
const index = indexOf(store);
const asked = tokenVectors({ ...shape, texts: 60 }, 2);
const queries = Array.from({ length: 60 }, (_, text) => vectorsOf(asked, text)).filter(({ rows }) => rows > 0);

describe('LateIndex', () => {
  it('equals brute force when all is looked at, with and without a filter', () => {
    for (const filter of [undefined, share(0.5)]) {
      for (const query of queries.slice(0, 10)) {
        const search = { topK: 10, recall: 1, filter };
        expect(unpaced(index.searchInSteps(query, search))).toEqual(unpaced(store.searchInSteps(query, search)));
      }
    }
  });

  it.each([0.8, 0.9, 0.95])(
    'finds %d of the ten best when asked to, also under filters, and compares fewer',
    (recall) => {
      for (const filter of [undefined, share(0.6), share(0.2)]) {
        const [found, compared] = recallOf(index, { recall, filter });
        expect(found).toBeGreaterThanOrEqual(recall);
        if (!filter) expect(compared).toBeLessThan(TEXTS / 2);
      }
    },
  );

  it('gives what it finds the scores of brute force', () => {
    for (const query of queries.slice(0, 10)) {
      const { ordinals, scores } = unpaced(index.searchInSteps(query, { topK: 5 }));
      expect(ordinals.length).toBeGreaterThanOrEqual(5);
      expect(scores).toEqual(unpaced(store.scoreInSteps(query, ordinals)));
    }
  });

  it('refuses sample queries that are not vectors of the store', () => {
    const code = 'SLUICE_INVALID_INPUT';
    const narrow = tokenVectors({ texts: 20, vectors: 4, dimensions: 8 }, 3);
    expect(() => unpaced(lateIndexSteps(store, { sampleQueries: narrow }))).toThrow(expect.objectContaining({ code }));
    const broken = tokenVectors({ texts: 20, vectors: 4, dimensions: 16 }, 3);
    broken.vectors.data[5] = Number.NaN;
    expect(() => unpaced(lateIndexSteps(store, { sampleQueries: broken }))).toThrow(expect.objectContaining({ code }));
  });

  it('says what it does, and does more for a higher recall', () => {
    const [low, high] = [index.explain({ recall: 0.8 }), index.explain({ recall: 0.95 })];
    expect(low.effort?.documents).toBeLessThanOrEqual(high.effort?.documents ?? 0);
    expect(high.measuredRecall).toBeGreaterThanOrEqual(0.95);
    expect(index.explain({ recall: 1 })).toMatchObject({ effort: undefined, measuredRecall: 1 });
    expect(index.explain({ topK: 1000 }).effort).toBeUndefined();
  });

  it('takes queries to measure with', () => {
    const given = indexOf(store, { sampleQueries: asked });
    expect(given.measured.queries).toBe(queries.length);
    expect(recallOf(given, { recall: 0.95, filter: undefined })[0]).toBeGreaterThanOrEqual(0.95);
  });

  it('finds for a query of many vectors, and nothing for one of none', () => {
    const { data } = tokenVectors({ ...shape, texts: 40 }, 5).vectors;
    const query: Matrix = { data: data.subarray(0, 100 * 16), rows: 100, columns: 16 };
    const { ordinals, scores } = unpaced(index.searchInSteps(query, { topK: 3 }));
    expect(scores).toEqual(unpaced(store.scoreInSteps(query, ordinals)));
    const none: Matrix = { data: new Float32Array(0), rows: 0, columns: 16 };
    expect(unpaced(index.searchInSteps(none, { topK: 3 })).ordinals).toHaveLength(0);
  });

  it('is the same after a round trip, for the same seed, and without SIMD', () => {
    const loaded = loadLateIndex(structuredClone(saveLateIndex(index)));
    const again = indexOf(storeOf(tokenVectors(shape, 1), new KernelMemory({ engine: 'scalar' })));
    for (const query of queries.slice(0, 3)) {
      const answer = unpaced(index.searchInSteps(query, { topK: 7 }));
      expect(unpaced(loaded.searchInSteps(query, { topK: 7 }))).toEqual(answer);
      expect(unpaced(again.searchInSteps(query, { topK: 7 }))).toEqual(answer);
    }
    expect(saveLateIndex(again)).toEqual(saveLateIndex(index));
  });

  it('gives back all its memory, also when a search or its making is given up', () => {
    const memory = new KernelMemory();
    const small = storeOf(tokenVectors({ ...shape, texts: 300 }, 4), memory);
    const before = memory.usedBytes;
    for (const ended of [1, 5, 40, 200]) {
      const making = lateIndexSteps(small);
      for (let step = 0; step < ended && !making.next().done; step++);
      making.return(index);
      expect(memory.usedBytes).toBe(before);
    }
    const made = indexOf(small);
    const used = memory.usedBytes;
    for (const ended of [1, 2, 3, 6]) {
      const search = made.searchInSteps(queries[0] ?? { data: new Float32Array(16), rows: 1, columns: 16 }, {
        topK: 3,
      });
      for (let step = 0; step < ended && !search.next().done; step++);
      search.return({ ordinals: new Uint32Array(0), scores: new Float32Array(0) });
      expect(memory.usedBytes).toBe(used);
    }
    made.close();
    expect(memory.usedBytes).toBe(0);
  });

  it('takes no documents, and documents without vectors', async () => {
    const builder = new MultiVectorStoreBuilder({ fingerprint: 'test', dimensions: 16 });
    const empty = tokenVectors({ ...shape, texts: 0 }, 1);
    expect(
      unpaced(indexOf(builder.build()).searchInSteps(queries[0] ?? empty.vectors, { topK: 3 })).ordinals,
    ).toHaveLength(0);
    const blank = new MultiVectorStoreBuilder({ fingerprint: 'test', dimensions: 16 });
    blank.add(Uint32Array.of(0, 1), { ...empty, texts: 2, offsets: new Uint32Array(3) });
    expect(
      unpaced(indexOf(blank.build()).searchInSteps(queries[0] ?? empty.vectors, { topK: 3 })).ordinals,
    ).toHaveLength(0);
  });

  it('answers in form or refuses, whatever is done to what was saved', () => {
    const saved = saveLateIndex(indexOf(storeOf(tokenVectors({ ...shape, texts: 60 }, 3))));
    const damage = fc.record({
      block: fc.constantFrom(...Object.keys(saved.blocks)),
      at: fc.nat(),
      value: fc.nat(255),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(damage, ({ block, at, value, cut }) => {
        const bytes = saved.blocks[block]?.slice() ?? new Uint8Array(0);
        bytes[at % bytes.length] = value;
        const blocks = { ...saved.blocks, [block]: cut ? bytes.subarray(0, at % bytes.length) : bytes };
        try {
          const loaded = loadLateIndex({ ...saved, blocks });
          unpaced(loaded.searchInSteps(queries[0] ?? asked.vectors, { topK: 1 }));
        } catch (error) {
          expect(error).toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
        }
      }),
      { numRuns: 50 },
    );
  });
});

function indexOf(over: MultiVectorStore, options: LateIndexOptions = {}): LateIndex {
  return unpaced(lateIndexSteps(over, options));
}

function storeOf(vectors: ReturnType<typeof tokenVectors>, memory?: KernelMemory): MultiVectorStore {
  const builder = new MultiVectorStoreBuilder({ fingerprint: 'test', dimensions: 16, ...(memory && { memory }) });
  builder.add(
    Uint32Array.from({ length: vectors.texts }, (_, text) => text),
    vectors,
  );
  return builder.build();
}

function share(part: number): Bitmap {
  const ordinals = Uint32Array.from({ length: TEXTS }, (_, at) => at);
  return Bitmap.of(
    TEXTS,
    ordinals.filter((ordinal) => (ordinal * 37) % 100 < part * 100),
  );
}

/** Mean share of the ten best that is found, and documents compared a query. */
function recallOf(
  one: MaxSimIndex,
  search: { readonly recall: number; readonly filter: Bitmap | undefined },
): readonly [number, number] {
  let [found, wanted, compared] = [0, 0, 0];
  for (const query of queries) {
    const truth = bestTen(unpaced(store.searchInSteps(query, { topK: 10, ...search })));
    const answer = unpaced(one.searchInSteps(query, { topK: 10, ...search }));
    const own = new Set(bestTen(answer));
    found += truth.filter((ordinal) => own.has(ordinal)).length;
    wanted += truth.length;
    compared += answer.ordinals.length / queries.length;
  }
  return [found / wanted, compared];
}

function bestTen({ ordinals, scores }: MaxSimAnswer): number[] {
  return [...ordinals.keys()]
    .sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right)
    .slice(0, 10)
    .map((at) => ordinals[at] ?? 0);
}
