import { idSpace, isSluiceError, type SavedIndex } from '@sluice/core';
import { expectRefusal } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { bm25 } from './bm25.js';
import type { Bm25Index } from './bm25-index.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';
import { loadBm25, saveBm25 } from './saved-bm25.js';

const english = englishAnalyzer();
const texts = [
  ...['tin ore', '', 'tin tin zinc', 'salt of the earth', `long ${'zinc '.repeat(300)}`],
  ...Array.from({ length: 300 }, (_, at) => `tin ${'and lead '.repeat(at % 7)}`),
];
const space = idSpace(texts.map((_, at) => `d${at}`));
const queries = [{ text: 'tin zinc' }, { text: 'salt' }, { text: 'ore ore earth long' }];

function saved(): SavedIndex {
  const builder = new Bm25IndexBuilder(english);
  for (const [ordinal, text] of texts.entries()) builder.add(ordinal, text);
  return structuredClone(saveBm25(builder.build()));
}

it('loads what was saved', () => {
  const loaded = loadBm25(saved());
  expect(saveBm25(loaded)).toEqual(saved());
  expect(loaded).toMatchObject({ documents: 304, size: 305, analyzerFingerprint: english.fingerprint });
});

it('reads version 1 as it was released', async () => {
  const hex = {
    terms: '6f7274696e7a696e63',
    termOffsets: '00000000020000000500000009000000',
    offsets: '00000000010000000300000004000000',
    ordinals: '00000000000000000200000002000000',
    frequencies: '01010201',
    lengthCodes: '020003',
  };
  const header = { analyzerFingerprint: 'english/lucene-9.9', documents: 2, tokens: 5, frequencyWidth: 1 };
  const loaded = loadBm25({ kind: 'bm25', version: 1, header, blocks: blocksOf(hex) });
  expect(structuredClone(saveBm25(loaded))).toEqual(structuredClone(saveBm25(oreAndTin())));
  const ordinals = new Uint8Array(16);
  const damaged = { kind: 'bm25', version: 1, header, blocks: { ...blocksOf(hex), ordinals } };
  await expectRefusal(async () => loadBm25(damaged), { code: 'SLUICE_DAMAGED_INDEX' });
});

it('reads and writes version 2 as it was released', () => {
  const hex = {
    terms: '6f7274696e7a696e63',
    termOffsets: '00000000020000000500000009000000',
    counts: '010000000200000001000000',
    blocks: '',
    blockStarts: '00000000',
    blockLasts: '',
    tails: '0828010c',
    tailStarts: '00000000010000000300000004000000',
    lengthCodes: '020003',
  };
  const header = { analyzerFingerprint: 'english/lucene-9.9', documents: 2, tokens: 5 };
  const released = { kind: 'bm25', version: 2, header, blocks: blocksOf(hex) };
  expect(structuredClone(saveBm25(oreAndTin()))).toEqual(released);
  expect(loadBm25(released).documentFrequency('tin')).toBe(2);
});

/** "Tin ore", nothing, "tin, tin and zinc". */
function oreAndTin(): Bm25Index {
  const builder = new Bm25IndexBuilder(english);
  builder.add(0, 'Tin ore');
  builder.add(2, 'tin, tin and zinc');
  return builder.build();
}

function blocksOf(hex: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(hex).map(([name, digits]) => [name, Uint8Array.from(Buffer.from(digits, 'hex'))]),
  );
}

it('loads blocks at any place in memory', () => {
  const { blocks, ...rest } = saved();
  const shifted = Object.entries(blocks).map(([name, block]) => {
    const bytes = new Uint8Array(block.length + 1);
    bytes.set(block, 1);
    return [name, bytes.subarray(1)] as const;
  });
  expect(saveBm25(loadBm25({ ...rest, blocks: Object.fromEntries(shifted) }))).toEqual(saved());
});

describe('refuses', () => {
  const header = { analyzerFingerprint: 'english/lucene-9.9', documents: 304, tokens: 10_000 };
  const zeros = (length: number) => new Uint8Array(length);
  const changed = (blocks: Record<string, Uint8Array>) => ({ ...saved(), blocks: { ...saved().blocks, ...blocks } });
  const zeroed = (name: string) => changed({ [name]: zeros(saved().blocks[name]?.length ?? 0) });

  it.each<[string, () => SavedIndex]>([
    ['another kind', () => ({ ...saved(), kind: 'flat' })],
    ['a later version', () => ({ ...saved(), version: 3 })],
    ['a header that is none', () => ({ ...saved(), header: null })],
    ['a header with more', () => ({ ...saved(), header: { ...header, k1: 2 } })],
    ['too many documents', () => ({ ...saved(), header: { ...header, documents: 5 } })],
    ['too few tokens', () => ({ ...saved(), header: { ...header, tokens: 4 } })],
    ['tokens without end', () => ({ ...saved(), header: { ...header, tokens: 1e300 } })],
    ['a missing block', () => ({ ...saved(), blocks: { terms: zeros(0) } })],
    ['a block of odd length', () => changed({ counts: zeros(3) })],
    ['counts of another number', () => changed({ counts: zeros(4) })],
    ['counts of nothing', () => zeroed('counts')],
    ['block ends of another number', () => changed({ blockLasts: zeros(4) })],
    ['blocks that end nowhere', () => zeroed('blockStarts')],
    ['blocks that end at the first document', () => zeroed('blockLasts')],
    ['tails of another total', () => zeroed('tailStarts')],
    ['no starts at all', () => changed({ tailStarts: zeros(0), termOffsets: zeros(0) })],
    ['fewer terms than postings have', () => changed({ termOffsets: zeros(4), terms: zeros(0) })],
  ])('%s', async (_, damaged) => {
    await expectRefusal(async () => loadBm25(damaged()), { code: 'SLUICE_DAMAGED_INDEX' });
  });

  it('starts that go back', async () => {
    const { blocks } = saved();
    const starts = new Uint32Array((blocks.tailStarts ?? zeros(0)).slice().buffer);
    starts[1] = 1e6;
    const bytes = new Uint8Array(starts.buffer);
    await expectRefusal(async () => loadBm25(changed({ tailStarts: bytes })), { code: 'SLUICE_DAMAGED_INDEX' });
  });

  it.each(['blocks', 'tails'])('%s of nonsense when their term is asked for', async (name) => {
    const nonsense = new Uint8Array(saved().blocks[name]?.length ?? 0).fill(0xa5);
    const index = loadBm25(changed({ [name]: nonsense }));
    const retriever = bm25({ index, space, analyzer: english });
    await expectRefusal(() => retriever.retrieve(queries, { topK: 3 }), { code: 'SLUICE_DAMAGED_INDEX' });
    await expectRefusal(async () => index.postingsOf(index.terms.indexOf('tin')), { code: 'SLUICE_DAMAGED_INDEX' });
  });
});

it('gives a typed error or sound results for any flipped bits', async () => {
  const names = Object.keys(saved().blocks);
  const flip = fc.record({ name: fc.constantFrom(...names), at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 4 }), async (flips) => {
      const bytes = saved();
      for (const { name, at, mask } of flips) {
        const block = bytes.blocks[name] ?? expect.fail(name);
        const place = at % block.length;
        block[place] = (block[place] ?? 0) ^ mask;
      }
      try {
        const retriever = bm25({ index: loadBm25(bytes), space, analyzer: english });
        for (const ranking of await retriever.retrieve(queries, { topK: 3 })) {
          expect(ranking.length).toBeLessThanOrEqual(3);
          for (const ordinal of ranking.ordinals) expect(ordinal).toBeLessThan(space.size);
          for (const score of ranking.scores) expect(score).toBeGreaterThan(0);
        }
        retriever.explain({ text: 'tin zinc' }, 0);
      } catch (error) {
        if (!isSluiceError(error)) throw error;
        refused++;
      }
    }),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(100);
});
