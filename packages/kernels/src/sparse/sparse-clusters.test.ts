import { seededRandom } from '@sluice/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bucketCount, KernelMemory, lowBits, SparseClusters, type SparseClustersParts } from '../index.js';

/** Rows over few terms, each term's list in two clusters with a summary, or in one without. */
function randomParts(seed: number): { readonly parts: SparseClustersParts; readonly vectors: Map<number, number>[] } {
  const random = seededRandom(seed);
  const columns = random() < 0.5 ? 700 : 2 ** 17 + 9;
  const terms = Array.from({ length: 12 }, () => Math.floor(random() * columns)).concat([0, columns - 1]);
  const distinct = [...new Set(terms)].sort((left, right) => left - right);
  const vectors = Array.from({ length: Math.floor(random() * 40) }, () => {
    const own = distinct.filter(() => random() < 0.5);
    return new Map(own.map((term) => [term, 1 + Math.floor(random() * 255)]));
  });
  const [bits, buckets] = [lowBits(columns), bucketCount(columns)];
  const all = vectors.flatMap((vector) => [...vector]);
  const lows = all.map(([term]) => term & (2 ** bits - 1));
  const impacts = all.map(([, impact]) => impact);
  const kind = Math.floor(random() * 3);
  const starts = vectors.flatMap((vector) =>
    Array.from(
      { length: buckets + 1 },
      (_, bucket) => [...vector.keys()].filter((term) => term >>> bits < bucket).length,
    ),
  );
  const lists = Array.from({ length: columns }, (_, term) => {
    if (!distinct.includes(term)) return [];
    const rows = [...vectors.keys()].filter((row) => vectors[row]?.has(term));
    const middle = Math.floor(random() * rows.length);
    return random() < 0.3 ? [rows] : [rows.slice(0, middle), rows.slice(middle)];
  });
  const lines = lists.map((list) => (list.length < 2 ? [] : distinct.filter(() => random() < 0.6)));
  const entries = lines.flat().map(() => [0, 1].filter(() => random() < 0.7));
  const parts: SparseClustersParts = {
    ...{ rows: vectors.length, columns, summaryScale: 0.7 },
    rowOffsets: startsOf(vectors.map(({ size }) => size)),
    bucketStarts: Uint16Array.from(starts),
    lows: bits === 8 ? Uint8Array.from(lows) : Uint16Array.from(lows),
    impacts:
      [Uint8Array.from(impacts), Uint16Array.from(impacts), Float32Array.from(impacts)][kind] ?? new Uint8Array(0),
    listClusters: startsOf(lists.map(({ length }) => length)),
    clusterMembers: startsOf(lists.flat().map(({ length }) => length)),
    members: Uint32Array.from(lists.flat(2)),
    listLines: startsOf(lines.map(({ length }) => length)),
    lineTerms: Uint32Array.from(lines.flat()),
    lineStarts: startsOf(entries.map(({ length }) => length)),
    entryClusters: Uint8Array.from(entries.flat()),
    entryValues: Uint8Array.from(entries.flat(), () => 1 + Math.floor(random() * 255)),
  };
  return { parts, vectors };
}

function startsOf(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (const [at, length] of lengths.entries()) starts[at + 1] = (starts[at] ?? 0) + length;
  return starts;
}

it('ranks, walks and scores as its plain twin, and scores as the sum says', () => {
  let read = 0;
  // Made once: a memory for each case would take longer than the cases.
  const memories = (['simd', 'scalar'] as const).map((engine) => new KernelMemory({ engine }));
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const { parts, vectors } = randomParts(seed);
      const random = seededRandom(seed ^ 5);
      const [compiled, plain] = memories.map((memory) => new SparseClusters(memory, parts));
      if (!compiled || !plain) expect.fail('two engines');
      expect(compiled.parts()).toEqual(parts);
      for (let round = 0; round < 4; round++) {
        const terms = Uint32Array.from(new Set([...parts.lineTerms, 3].filter(() => random() < 0.5))).sort();
        const query = { terms, weights: Float64Array.from(terms, () => random() + 0.01) };
        const chosen = Uint32Array.from(terms.keys()).filter(() => random() < 0.7);
        expect(compiled.rank(query, chosen)).toEqual(plain.rank(query, chosen));
        const filter = new Uint32Array(Math.ceil(parts.rows / 32)).fill(0x5a5a5a5a);
        for (const effort of [0.5, 1, 2, Infinity]) {
          if (parts.rows === 0) continue;
          const walk = { k: 1 + round, effort, filter: round === 3 ? filter : undefined };
          expect(compiled.walk(walk)).toEqual(plain.walk(walk));
          expect([compiled.clustersWalked, compiled.rowsScored]).toEqual([plain.clustersWalked, plain.rowsScored]);
          read += compiled.clustersWalked;
        }
        const expected = vectors.map((vector) =>
          terms.reduce((sum, term, at) => sum + (query.weights[at] ?? 0) * (vector.get(term) ?? 0), 0),
        );
        const list = Uint32Array.from(vectors.keys());
        expect(compiled.score(query, list)).toEqual(Float32Array.from(expected));
        expect(plain.score(query, list)).toEqual(Float32Array.from(expected));
      }
      compiled.close();
      plain.close();
    }),
    { numRuns: 15 },
  );
  expect(read).toBeGreaterThan(100);
});

it('gives back what it took where it does not fit', () => {
  const memory = new KernelMemory({ maxBytes: 20_000 });
  const { parts } = randomParts(1);
  expect(() => new SparseClusters(memory, { ...parts, members: new Uint32Array(1e6) })).toThrow(
    expect.objectContaining({ code: 'SLUICE_MEMORY_LIMIT' }),
  );
  expect(memory.usedBytes).toBe(0);
});
