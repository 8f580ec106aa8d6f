import { Bitmap, idSpace, isSluiceError, type SavedIndex, type SparseVector, seededRandom } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { expectRefusal } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stacked } from '../fixtures/word-weights.js';
import type { ImpactIndex, ImpactPrecision } from '../impact-index.js';
import { ImpactIndexBuilder } from '../impact-index-builder.js';
import { ImpactSearcher } from '../impact-searcher.js';
import { clusterImpacts, clusterImpactsInSlices } from './cluster-impacts.js';
import type { ClusterParameters } from './cluster-options.js';
import type { ClusteredImpacts } from './clustered-impacts.js';
import { loadClusteredImpacts, saveClusteredImpacts } from './saved-clusters.js';

const CASES = Number(process.env.SLUICE_CASES ?? 2000);
const QUERIES_EACH = 20;
/** Everything is kept and read. */
const whole = { documentPostings: 65_535, listPostings: 2 ** 32 - 1, queryTerms: 2 ** 24, summaryMass: 1 };

interface Collection {
  readonly index: ImpactIndex;
  readonly vectors: readonly SparseVector[];
  readonly queryOf: () => SparseVector;
}

/** Few terms with many documents, so that lists have several clusters; few weights, so that ties are common. */
function randomCollection(seed: number, most = 200): Collection {
  const random = seededRandom(seed);
  const pick = <Item>(...items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(random() * items.length)] ?? items[0];
  const columns = pick(6, 40, 700, 2 ** 17 + 5000);
  const weightOf = pick<() => number>(
    () => 1 + Math.floor(random() * 3),
    () => random() + 0.01,
    () => random() ** 8 + 1e-6,
  );
  const termOf = (): number => Math.floor(random() ** 3 * columns);
  const vectorOf = (count: number): SparseVector => {
    const indices = Uint32Array.from(new Set(Array.from({ length: count }, termOf))).sort();
    return { indices, values: Float32Array.from(indices, weightOf) };
  };
  const vectors = Array.from({ length: Math.floor(random() * most) }, () => vectorOf(Math.floor(random() * 30)));
  const precision = pick<ImpactPrecision>('uint8', 'uint16', 'float32');
  return {
    index: indexOf(vectors, columns, precision),
    vectors,
    queryOf: () => vectorOf(1 + Math.floor(random() * 9)),
  };
}

function indexOf(vectors: readonly SparseVector[], columns: number, precision: ImpactPrecision = 'uint8'): ImpactIndex {
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: columns, precision, windowDocuments: 32 });
  builder.add(
    Uint32Array.from(vectors, (_, at) => at),
    stacked(vectors, columns),
  );
  return builder.build();
}

const spaceOf = ({ size }: ImpactIndex) => idSpace(Array.from({ length: size }, (_, at) => `${(at * 7919) % 10_007}`));

describe.each(['simd', 'scalar'] as const)('clustered impacts, %s', (engine) => {
  const clustered = (index: ImpactIndex, parameters: ClusterParameters) =>
    clusterImpacts(index, { ...parameters, memory: new KernelMemory({ engine }) });

  it('equal the exact search in every bit where all lists are kept and read', () => {
    let severalClusters = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { index, queryOf } = randomCollection(seed);
        const space = spaceOf(index);
        const searcher = new ImpactSearcher(index, space);
        const clusters = clustered(index, { ...whole, clusterDocuments: 3, seed: seed | 0 });
        const filter = randomBitmap(index.size, seed);
        const all = Uint32Array.from({ length: index.size }, (_, at) => index.size - 1 - at);
        for (let at = 0; at < QUERIES_EACH; at++) {
          const query = queryOf();
          const asked = { topK: [1, 3, 10, 1000][at % 4] ?? 1, filter: at % 3 === 0 ? filter : undefined };
          const found = clusters.search(space, query, { ...asked, effort: Infinity });
          expect(found).toEqual(searcher.search(query, asked));
          expect(clusters.score(query, all)).toEqual(searcher.score(query, all));
        }
        if (clusters.parts().lineTerms.length > 0) severalClusters++;
        clusters.close();
      }),
      { numRuns: Math.ceil(CASES / QUERIES_EACH) },
    );
    expect(severalClusters).toBeGreaterThan(0);
  }, 600_000);

  it('find a subset with exact scores, and never less with more effort', () => {
    let [skipped, missed] = [0, 0];
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, documentPostings) => {
        const { index, queryOf } = randomCollection(seed);
        const space = spaceOf(index);
        const searcher = new ImpactSearcher(index, space);
        const clusters = clustered(index, { documentPostings, listPostings: 50, clusterDocuments: 4, queryTerms: 4 });
        for (let at = 0; at < QUERIES_EACH; at++) {
          const query = queryOf();
          const topK = [1, 3, 10][at % 3] ?? 1;
          const exact = searcher.search(query, { topK });
          let [before, read] = [-1, -1];
          for (const effort of [1e-9, 0.3, 0.7, 1, 1.5, 4, Infinity]) {
            const found = clusters.search(space, query, { topK, effort });
            expect(found.scores).toEqual(searcher.score(query, found.ordinals));
            expect(clusters.clustersRead).toBeGreaterThanOrEqual(read);
            if (read >= 0 && clusters.clustersRead > read) skipped++;
            // Ties may change which documents are found, not how good these are.
            const good = found.scores.filter((score) => score >= (exact.scores.at(-1) ?? 0)).length;
            expect(good).toBeGreaterThanOrEqual(before);
            [before, read] = [good, clusters.clustersRead];
          }
          if (before < exact.scores.length) missed++;
        }
        clusters.close();
      }),
      { numRuns: Math.ceil(CASES / QUERIES_EACH) },
    );
    expect(skipped).toBeGreaterThan(0);
    // A handful of cases, for a quick look, may miss nothing.
    if (CASES >= 1000) expect(missed).toBeGreaterThan(0);
  }, 600_000);

  it('score those that pass where few do, and count all of a document’s terms', () => {
    const { index, queryOf } = randomCollection(3);
    const space = spaceOf(index);
    const clusters = clustered(index, { documentPostings: 1, queryTerms: 1 });
    const filter = randomBitmap(index.size, 4);
    for (let at = 0; at < 20; at++) {
      const query = queryOf();
      const expected = new ImpactSearcher(index, space).search(query, { topK: 5, filter });
      expect(clusters.search(space, query, { topK: 5, filter, effort: 1e-9 })).toEqual(expected);
    }
  });
});

it('reads the lists of the terms that can add most, when a query weighs all alike', () => {
  const heavy = [0, 1, 2].map((at) => ({ indices: Uint32Array.of(5), values: Float32Array.of(200 + at) }));
  const light = [0, 1, 2].map((at) => ({ indices: Uint32Array.of(3), values: Float32Array.of(1 + at) }));
  const index = indexOf([...light, ...heavy], 6);
  const clusters = clusterImpacts(index, { queryTerms: 1 });
  const query = { indices: Uint32Array.of(3, 5), values: Float32Array.of(1, 1) };
  const { ordinals } = clusters.search(spaceOf(index), query, { topK: 3, effort: Infinity });
  expect([...ordinals]).toEqual([5, 4, 3]);
});

it('gives the same bytes on either engine, in slices and from saved ones', async () => {
  const { index } = randomCollection(8);
  const clusters = clusterImpacts(index, { clusterDocuments: 2 });
  const expected = structuredClone(saveClusteredImpacts(clusters));
  const scalar = clusterImpacts(index, { clusterDocuments: 2, memory: new KernelMemory({ engine: 'scalar' }) });
  expect(saveClusteredImpacts(scalar)).toEqual(expected);
  expect(saveClusteredImpacts(await clusterImpactsInSlices(index, { clusterDocuments: 2 }))).toEqual(expected);
  expect(structuredClone(saveClusteredImpacts(loadClusteredImpacts(expected, index)))).toEqual(expected);
  const aborted = clusterImpactsInSlices(index, {}, { signal: AbortSignal.abort('enough') });
  await expect(aborted).rejects.toBe('enough');
});

describe('a chosen recall', () => {
  const { index, vectors } = clusteredCollection();
  const space = spaceOf(index);
  const searcher = new ImpactSearcher(index, space);
  const clusters = clusterImpacts(index, { documentPostings: 20 });
  // Other documents of the same kind: not those that recall was measured on.
  const queries = vectors.slice(2000).map(({ indices, values }) => ({
    indices: indices.subarray(0, 12),
    values: values.subarray(0, 12),
  }));

  it.each([0.8, 0.9, 0.95])('of %d is found, and not by reading everything', (recall) => {
    const effort = clusters.effortFor(recall, 10);
    expect(effort).toBeLessThan(Infinity);
    expect(recallOf(effort)).toBeGreaterThanOrEqual(recall);
    expect(clusters.documentsScored).toBeLessThan(index.size / 2);
  });

  it('takes more effort the more it is, and all where it is 1', () => {
    const efforts = [0.5, 0.8, 0.9, 0.95].map((recall) => clusters.effortFor(recall, 10));
    expect(efforts).toEqual(efforts.toSorted((left, right) => left - right));
    expect(clusters.effortFor(1, 10)).toBe(Infinity);
    expect(clusters.curves.map(({ depth }) => depth)).toEqual([10, 100]);
  });

  it('is measured on queries that are given', () => {
    const given = clusterImpacts(index, { documentPostings: 20, sampleQueries: stacked(queries, index.columns) });
    expect(given.curves.map(({ queries: count }) => count)).toEqual([100, 100]);
    expect(recallOf(given.effortFor(0.9, 10))).toBeGreaterThanOrEqual(0.9);
  });

  function recallOf(effort: number): number {
    const shares = queries.map((query) => {
      const exact = new Set(searcher.search(query, { topK: 10 }).ordinals);
      return clusters.search(space, query, { topK: 10, effort }).ordinals.filter((each) => exact.has(each)).length / 10;
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  }
});

describe('edges', () => {
  const one = { indices: Uint32Array.of(1), values: Float32Array.of(1) };
  const none = { indices: new Uint32Array(0), values: new Float32Array(0) };

  it('nothing, empty vectors, and a vector with all terms', () => {
    const columns = 5000;
    const terms = Uint32Array.from({ length: columns }, (_, term) => term);
    const all = { indices: terms, values: Float32Array.from(terms, (term) => 1 + (term % 200)) };
    for (const vectors of [[], [none, none], [none, all, one, none]]) {
      const index = indexOf(vectors, columns);
      const [space, clusters] = [spaceOf(index), clusterImpacts(index, whole)];
      const searcher = new ImpactSearcher(index, space);
      for (const query of [none, one, all]) {
        const expected = searcher.search(query, { topK: 3 });
        expect(clusters.search(space, query, { topK: 3, effort: Infinity })).toEqual(expected);
      }
    }
  });

  it('refuses a document with more terms than a row can have', async () => {
    const terms = Uint32Array.from({ length: 65_536 }, (_, term) => term);
    const index = indexOf([none, { indices: terms, values: new Float32Array(65_536).fill(1) }], 65_536);
    await expectRefusal(async () => clusterImpacts(index), { code: 'SLUICE_INVALID_INPUT', fields: { row: 1 } });
  });

  it.each([
    ['documentPostings', { documentPostings: 0 }],
    ['listPostings', { listPostings: 0.5 }],
    ['clusterDocuments', { clusterDocuments: 0 }],
    ['summaryMass', { summaryMass: 0 }],
    ['queryTerms', { queryTerms: -1 }],
    ['sampleQueries', { sampleQueries: [] }],
  ])('refuses a wrong %s', async (path, options) => {
    // biome-ignore lint/suspicious/noExplicitAny: a caller without types
    await expectRefusal(async () => clusterImpacts(indexOf([one], 3), options as any), {
      code: 'SLUICE_INVALID_OPTIONS',
      fields: { issues: [expect.objectContaining({ path })] },
    });
  });
});

describe('saved clusters', () => {
  const { index, queryOf } = randomCollection(8);
  const saved = (): SavedIndex => structuredClone(saveClusteredImpacts(clusterImpacts(index, { clusterDocuments: 2 })));
  const header = (change: object) => {
    const { header: facts, ...rest } = saved();
    return { ...rest, header: { ...(facts as Record<string, number>), ...change } } as SavedIndex;
  };
  const word = (name: string, at: number, value: number) => {
    const damaged = saved();
    const block = damaged.blocks[name] ?? new Uint8Array(4);
    new DataView(block.buffer, block.byteOffset).setUint32(at < 0 ? block.length + 4 * at : 4 * at, value, true);
    return damaged;
  };

  it.each<[string, () => SavedIndex]>([
    ['another kind', () => ({ ...saved(), kind: 'impact' })],
    ['a later version', () => ({ ...saved(), version: 2 })],
    ['a header that is none', () => ({ ...saved(), header: null })],
    ['another model', () => header({ fingerprint: 'g' })],
    ['another index', () => header({ postings: 1 })],
    ['a summary scale of 0', () => header({ summaryScale: 0 })],
    ['curves without end', () => header({ curves: [{ depth: 10, queries: 1, efforts: 2 ** 31 }] })],
    ['a missing block', () => ({ ...saved(), blocks: {} })],
    ['a block from a prototype', () => ({ ...saved(), blocks: Object.create(saved().blocks) })],
    ['lists that end later', () => word('listClusters', -1, 0xffffffff)],
    ['members that end later', () => word('clusterMembers', -1, 0xffffffff)],
    ['a member beyond the documents', () => word('members', 0, index.size)],
    ['lines that begin later', () => word('listLines', 0, 1)],
    ['terms that do not rise', () => word('lineTerms', 1, 0)],
    ['entries that fall', () => word('lineStarts', 1, 0xffffffff)],
    ['an effort that is no number', () => word('efforts', 0, 0x7fc00000)],
    ['an entry of no cluster', () => word('entryClusters', 0, 0xffffffff)],
  ])('refuse %s', async (_, damaged) => {
    await expectRefusal(async () => loadClusteredImpacts(damaged(), index), { code: 'SLUICE_DAMAGED_INDEX' });
  });

  it('never crash, and never score wrong, on bytes that were changed', () => {
    const space = spaceOf(index);
    const searcher = new ImpactSearcher(index, space);
    const change = fc.record({
      name: fc.constantFrom(...Object.keys(saved().blocks)),
      at: fc.nat(),
      value: fc.nat(255),
    });
    let refused = 0;
    const pristine = saved();
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const damaged = structuredClone(pristine);
        for (const { name, at, value } of changes) {
          const block = damaged.blocks[name];
          if (block) block[at % block.length] = value;
        }
        let clusters: ClusteredImpacts;
        try {
          clusters = loadClusteredImpacts(damaged, index);
        } catch (error) {
          if (!isSluiceError(error, 'SLUICE_DAMAGED_INDEX')) throw error;
          refused++;
          return;
        }
        const query = queryOf();
        for (const effort of [1, Infinity]) {
          const found = clusters.search(space, query, { topK: 5, effort });
          expect(found.scores).toEqual(searcher.score(query, found.ordinals));
        }
        clusters.close();
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(20);
  });
});

/** 2,100 documents about one of 40 subjects each, of which the last 100 are not in the index. */
function clusteredCollection(): { readonly index: ImpactIndex; readonly vectors: readonly SparseVector[] } {
  const random = seededRandom(17);
  const columns = 2000;
  const subjects = Array.from({ length: 40 }, () => Array.from({ length: 60 }, () => Math.floor(random() * columns)));
  const vectors = Array.from({ length: 2100 }, () => {
    const subject = subjects[Math.floor(random() * subjects.length)] ?? [];
    const own = subject.filter(() => random() < 0.5);
    const other = Array.from({ length: 10 }, () => Math.floor(random() * columns));
    const indices = Uint32Array.from(new Set([...own, ...other])).sort();
    return { indices, values: Float32Array.from(indices, () => 0.2 + random() ** 2) };
  });
  return { index: indexOf(vectors.slice(0, 2000), columns), vectors };
}

function randomBitmap(size: number, seed: number): Bitmap {
  const random = seededRandom(seed ^ 77);
  const bitmap = new Bitmap(size);
  for (let at = 0; at < size; at++) if (random() < 0.3) bitmap.add(at);
  return bitmap;
}
