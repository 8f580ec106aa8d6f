import { Bitmap, InvalidInputError, type Matrix, type SavedIndex } from '@sluice/core';
import { clusteredVectors, recallOf, testVectorIndex } from '@sluice/testing';
import { describe, expect, it } from 'vitest';
import { flatIndex, loadFlatIndex } from '../flat/flat-index.js';
import type { CandidateEngine, CandidateEngines, EngineLoader } from './candidate-engine.js';
import { loadRescoredIndex, type RescoredIndex, rescoredIndex } from './rescored-index.js';

const ROWS = 2000;
const WIDTH = 12;
const shape = { dimensions: WIDTH, similarity: 'cosine' as const };
const vectors = clusteredVectors(ROWS, WIDTH, 41);
const queries = clusteredVectors(20, WIDTH, 42);
const ordinals = Uint32Array.from({ length: ROWS }, (_, row) => 3 * row);
const truth = flatIndex(shape);
truth.add(ordinals, vectors);

testVectorIndex(
  'rescoredIndex over exact search',
  {
    create: (given) => rescoredIndex(countingEngines().engines, { ...given, scanBelow: 0 }),
    load: (saved) => loadRescoredIndex(loaderOf(countingEngines().engines), saved),
  },
  { recall: 0.95 },
);

describe('rescoredIndex', () => {
  it('asks the engine, and is exact where the engine is', () => {
    const { engines, counts } = countingEngines();
    const index = filled(engines);
    expect(index.search(queries, { topK: 10 })).toEqual(truth.search(queries, { topK: 10 }));
    expect(counts.proposals).toBe(queries.rows);
  });

  it('scans without asking where little passes, and asks for more where some passes', () => {
    const { engines, counts } = countingEngines();
    const index = filled(engines);
    const byFirst = [...ordinals].sort((left, right) => firstOf(left) - firstOf(right));
    for (const [share, isAsked] of [
      [0.02, false],
      [0.7, true],
    ] as const) {
      counts.proposals = 0;
      const filter = Bitmap.of(3 * ROWS, byFirst.slice(0, share * ROWS));
      const found = index.search(queries, { topK: 10, filter });
      expect(recallOf(found, truth.search(queries, { topK: 10, filter }))).toBeGreaterThanOrEqual(0.95);
      // Where the filter leaves little near a query, once is not enough.
      expect(counts.proposals > queries.rows).toBe(isAsked);
    }
  });

  it('fills the engine anew when a quarter is gone, and not before', () => {
    const { engines, counts } = countingEngines();
    const index = filled(engines);
    index.remove(ordinals.subarray(0, 400));
    index.add(ordinals.subarray(1000, 1100), rowsOf(vectors, 1000, 1100));
    expect(counts.made).toBe(1);
    index.remove(ordinals.subarray(400, 600));
    expect(counts.made).toBe(2);
    expect(counts.added).toBe(ROWS + 100 + ROWS - 600);
    expect(index.size).toBe(ROWS - 600);
  });

  it('adds nothing when the engine refuses, and works on', () => {
    const { engines, counts } = countingEngines();
    const index = filled(engines);
    const before = index.search(queries, { topK: 10 });
    counts.isFull = true;
    expect(() => index.add(Uint32Array.of(1), rowsOf(vectors, 0, 1))).toThrow('full');
    counts.isFull = false;
    expect(index.size).toBe(ROWS);
    expect(index.search(queries, { topK: 10 })).toEqual(before);
    index.add(Uint32Array.of(1), rowsOf(vectors, 0, 1));
    expect(index.search(rowsOf(vectors, 0, 1), { topK: 2 }).ordinals).toEqual(Uint32Array.of(0, 1));
  });

  it('never shows an engine bytes that were changed', () => {
    const { engines } = countingEngines();
    const saved = filled(engines).save();
    const damaged = saved.blocks.engine?.slice() ?? new Uint8Array(1);
    damaged[7] = (damaged[7] ?? 0) ^ 1;
    const load = () => loadRescoredIndex(loaderOf(engines), { ...saved, blocks: { ...saved.blocks, engine: damaged } });
    expect(load).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
  });
});

/** Exact search as an engine, small and real; counts what it is asked to do, and refuses to add when it is full. */
function countingEngines(): {
  engines: CandidateEngines;
  counts: { made: number; added: number; proposals: number; isFull: boolean };
} {
  const counts = { made: 0, added: 0, proposals: 0, isFull: false };
  const engineOver = (index: ReturnType<typeof flatIndex>): CandidateEngine => ({
    get bytes() {
      return index.bytes;
    },
    add(labels, added) {
      if (counts.isFull) throw new Error('full');
      counts.added += labels.length;
      index.add(labels, added);
    },
    propose(query, count) {
      counts.proposals++;
      return index.search({ data: query, rows: 1, columns: query.length }, { topK: count }).ordinals;
    },
    save: () => packed(index.save()),
  });
  const engines: CandidateEngines = {
    kind: 'counting',
    settings: { name: 'counting' },
    create(given) {
      counts.made++;
      return engineOver(flatIndex(given));
    },
    load: (given, bytes) => engineOver(loadFlatIndex(unpacked(bytes, given))),
    checksum: (bytes) => String(bytes.reduce((sum, byte, at) => (sum + byte * (at + 1)) % 1_000_003, 0)),
  };
  return { engines, counts };
}

function loaderOf(engines: CandidateEngines): EngineLoader {
  return {
    kind: engines.kind,
    enginesWith(settings) {
      if (JSON.stringify(settings) === JSON.stringify(engines.settings)) return engines;
      throw new InvalidInputError({ source: 'settings' }, 'they are of another engine', 'Use that one.');
    },
  };
}

function packed({ blocks }: SavedIndex): Uint8Array {
  const { ordinals: first = new Uint8Array(0), vectors: second = new Uint8Array(0) } = blocks;
  const bytes = new Uint8Array(4 + first.length + second.length);
  bytes.set(new Uint8Array(Uint32Array.of(first.length / 4).buffer));
  bytes.set(first, 4);
  bytes.set(second, 4 + first.length);
  return bytes;
}

function unpacked(bytes: Uint8Array, given: { dimensions: number; similarity: string }): SavedIndex {
  const [rows = 0] = new Uint32Array(bytes.slice(0, 4).buffer);
  const blocks = { ordinals: bytes.slice(4, 4 + 4 * rows), vectors: bytes.slice(4 + 4 * rows) };
  return { kind: 'flat', version: 1, header: { ...given, storage: 'float32', rows }, blocks };
}

function filled(engines: CandidateEngines): RescoredIndex {
  const index = rescoredIndex(engines, { ...shape, scanBelow: 0 });
  index.add(ordinals, vectors);
  return index;
}

function firstOf(ordinal: number): number {
  return vectors.data[(ordinal / 3) * WIDTH] ?? 0;
}

function rowsOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
