import { idSpace, isSluiceError, type SavedIndex } from '@sluice/core';
import { expectRefusal } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stacked, weighWords } from './fixtures/word-weights.js';
import type { ImpactPrecision } from './impact-index.js';
import { ImpactIndexBuilder } from './impact-index-builder.js';
import { ImpactSearcher } from './impact-searcher.js';
import { loadImpact, saveImpact } from './saved-impact.js';

const texts = [
  'tin ore',
  '',
  'tin tin zinc',
  'salt of the earth',
  ...Array.from({ length: 60 }, (_, at) => `zinc ${at}`),
];
const precisions = ['uint8', 'uint16', 'float32'] as const;

function saved(precision: ImpactPrecision = 'uint8'): SavedIndex {
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: 4096, precision, windowDocuments: 32 });
  builder.add(
    Uint32Array.from(texts, (_, at) => at),
    stacked(texts.map(weighWords)),
  );
  return structuredClone(saveImpact(builder.build()));
}

it.each(precisions)('loads what was saved in %s, at any place in memory', (precision) => {
  expect(structuredClone(saveImpact(loadImpact(saved(precision))))).toEqual(saved(precision));
  const shifted = Object.entries(saved(precision).blocks).map(([name, block]) => {
    const bytes = new Uint8Array(block.length + 1);
    bytes.set(block, 1);
    return [name, bytes.subarray(1)] as const;
  });
  const loaded = loadImpact({ ...saved(precision), blocks: Object.fromEntries(shifted) });
  expect(structuredClone(saveImpact(loaded))).toEqual(saved(precision));
  expect(loaded.precision).toBe(precision);
});

it('reads and writes version 1 as it was released', () => {
  const hex = {
    blockOffsets: '00000000000000000200000002000000',
    blockWindows: '00000100',
    blockCounts: '0100',
    blockMaxima: 'ff07',
    places: '021f01',
    impacts: '05ff07',
  };
  const blocks = Object.fromEntries(
    Object.entries(hex).map(([name, digits]) => [name, Uint8Array.from(Buffer.from(digits, 'hex'))]),
  );
  const header = {
    fingerprint: 'f',
    columns: 3,
    size: 34,
    documents: 3,
    windowDocuments: 32,
    scale: 1,
    precision: 'uint8',
    windowWidth: 2,
  };
  const released = { kind: 'impact', version: 1, header, blocks };
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: 3, windowDocuments: 32 });
  const rows = [5, 255, 7].map((weight) => ({ indices: Uint32Array.of(1), values: Float32Array.of(weight) }));
  builder.add(Uint32Array.of(2, 31, 33), stacked(rows, 3));
  expect(structuredClone(saveImpact(builder.build()))).toEqual(released);
  expect(loadImpact(released).impactAt(1, 31)).toBe(255);
});

describe('refuses', () => {
  const zeros = (length: number) => new Uint8Array(length);
  const lengthOf = (name: string) => saved().blocks[name]?.length ?? 0;
  const changed = (blocks: Record<string, Uint8Array>) => ({ ...saved(), blocks: { ...saved().blocks, ...blocks } });
  const header = (change: object) => {
    const { header: facts, ...rest } = saved();
    return { ...rest, header: { ...(facts as Record<string, string | number>), ...change } } as SavedIndex;
  };

  it.each<[string, () => SavedIndex]>([
    ['another kind', () => ({ ...saved(), kind: 'bm25' })],
    ['a later version', () => ({ ...saved(), version: 2 })],
    ['a header that is none', () => ({ ...saved(), header: null })],
    ['a header with more', () => header({ k1: 2 })],
    ['another vocabulary', () => header({ columns: 4095 })],
    ['a vocabulary without end', () => header({ columns: 1e300 })],
    ['another precision', () => header({ precision: 'uint16' })],
    ['a scale of 0', () => header({ scale: 0 })],
    ['a scale that is no number', () => header({ scale: Number.NaN })],
    ['windows that are too few', () => header({ size: 32 })],
    ['smaller windows than their blocks', () => header({ windowDocuments: 16 })],
    ['more documents than ordinals', () => header({ documents: 65 })],
    ['a missing block', () => ({ ...saved(), blocks: {} })],
    ['a block from a prototype', () => ({ ...saved(), blocks: Object.create(saved().blocks) })],
    ['too few places', () => changed({ places: zeros(lengthOf('places') - 1) })],
    ['too many impacts', () => changed({ impacts: zeros(lengthOf('impacts') + 1) })],
    ['counts of more', () => changed({ blockCounts: zeros(lengthOf('blockCounts')).fill(31) })],
    ['counts beyond a window', () => changed({ blockCounts: zeros(lengthOf('blockCounts')).fill(32) })],
    ['offsets of another total', () => changed({ blockOffsets: zeros(lengthOf('blockOffsets')) })],
    ['windows out of order', () => changed({ blockWindows: zeros(lengthOf('blockWindows')) })],
    [
      'an infinite float',
      () => {
        const damaged = saved('float32');
        damaged.blocks.impacts?.set([0, 0, 0x80, 0x7f]);
        return damaged;
      },
    ],
  ])('%s', async (_, damaged) => {
    await expectRefusal(async () => loadImpact(damaged()), { code: 'SLUICE_DAMAGED_INDEX' });
  });
});

it('never crashes on bytes that were changed', () => {
  const space = idSpace(texts.map((_, at) => `d${at}`));
  const change = fc.record({
    name: fc.constantFrom(...Object.keys(saved().blocks)),
    at: fc.nat(),
    value: fc.integer({ min: 0, max: 255 }),
  });
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...precisions),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      (precision, changes) => {
        const damaged = saved(precision);
        for (const { name, at, value } of changes) {
          const block = damaged.blocks[name];
          if (block) block[at % block.length] = value;
        }
        try {
          const searcher = new ImpactSearcher(loadImpact(damaged), space);
          const query = weighWords('tin zinc of salt 7 8 9');
          for (const evaluation of ['pruned', 'exhaustive'] as const) {
            const { ordinals, scores } = searcher.search(query, { topK: 5, evaluation });
            for (const ordinal of ordinals) expect(ordinal).toBeLessThan(space.size);
            for (const score of scores) expect(score).toBeGreaterThan(0);
          }
        } catch (error) {
          if (!isSluiceError(error)) throw error;
          refused++;
        }
      },
    ),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(50);
});
