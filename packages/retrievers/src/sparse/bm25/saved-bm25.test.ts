import { idSpace, isSluiceError, type SavedIndex } from '@sluice/core';
import { expectRefusal } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { englishAnalyzer } from '../analysis/english-analyzer.js';
import { bm25 } from './bm25.js';
import { Bm25IndexBuilder } from './bm25-index-builder.js';
import { loadBm25, saveBm25 } from './saved-bm25.js';

const english = englishAnalyzer();
const texts = ['tin ore', '', 'tin tin zinc', 'salt of the earth', `long ${'zinc '.repeat(300)}`];
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
  expect(loaded).toMatchObject({ documents: 4, size: 5, analyzerFingerprint: english.fingerprint });
});

it('reads and writes version 1 as it was released', () => {
  const hex = {
    terms: '6f7274696e7a696e63',
    termOffsets: '00000000020000000500000009000000',
    offsets: '00000000010000000300000004000000',
    ordinals: '00000000000000000200000002000000',
    frequencies: '01010201',
    lengthCodes: '020003',
  };
  const blocks = Object.fromEntries(
    Object.entries(hex).map(([name, digits]) => [name, Uint8Array.from(Buffer.from(digits, 'hex'))]),
  );
  const header = { analyzerFingerprint: 'english/lucene-9.9', documents: 2, tokens: 5, frequencyWidth: 1 };
  const released = { kind: 'bm25', version: 1, header, blocks };
  const builder = new Bm25IndexBuilder(english);
  builder.add(0, 'Tin ore');
  builder.add(2, 'tin, tin and zinc');
  expect(structuredClone(saveBm25(builder.build()))).toEqual(released);
  expect(loadBm25(released).documentFrequency('tin')).toBe(2);
});

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
  const header = { analyzerFingerprint: 'english/lucene-9.9', documents: 4, tokens: 309, frequencyWidth: 2 };
  const zeros = (length: number) => new Uint8Array(length);
  const changed = (blocks: Record<string, Uint8Array>) => ({ ...saved(), blocks: { ...saved().blocks, ...blocks } });

  it.each<[string, () => SavedIndex]>([
    ['another kind', () => ({ ...saved(), kind: 'flat' })],
    ['a later version', () => ({ ...saved(), version: 2 })],
    ['a header that is none', () => ({ ...saved(), header: null })],
    ['a header with more', () => ({ ...saved(), header: { ...header, k1: 2 } })],
    ['an impossible width', () => ({ ...saved(), header: { ...header, frequencyWidth: 3 } })],
    ['another width', () => ({ ...saved(), header: { ...header, frequencyWidth: 1 } })],
    ['too many documents', () => ({ ...saved(), header: { ...header, documents: 5 } })],
    ['too few tokens', () => ({ ...saved(), header: { ...header, tokens: 4 } })],
    ['tokens without end', () => ({ ...saved(), header: { ...header, tokens: 1e300 } })],
    ['a missing block', () => ({ ...saved(), blocks: { terms: zeros(0) } })],
    ['a block of odd length', () => changed({ ordinals: zeros(3) })],
    ['fewer ordinals than frequencies', () => changed({ ordinals: zeros(4) })],
    ['offsets of another total', () => changed({ offsets: zeros(saved().blocks.offsets?.length ?? 0) })],
    ['no offsets at all', () => changed({ offsets: zeros(0), termOffsets: zeros(0) })],
    ['fewer terms than postings have', () => changed({ termOffsets: zeros(4), terms: zeros(0) })],
  ])('%s', async (_, damaged) => {
    await expectRefusal(async () => loadBm25(damaged()), { code: 'SLUICE_DAMAGED_INDEX' });
  });

  it('offsets that go back', async () => {
    const { blocks } = saved();
    const offsets = Uint32Array.from(new Uint32Array((blocks.offsets ?? zeros(0)).slice().buffer));
    offsets[1] = 1e6;
    const bytes = new Uint8Array(offsets.buffer);
    await expectRefusal(async () => loadBm25(changed({ offsets: bytes })), { code: 'SLUICE_DAMAGED_INDEX' });
  });

  it('postings out of order when their term is asked for', async () => {
    const { blocks } = saved();
    const index = loadBm25(changed({ ordinals: zeros(blocks.ordinals?.length ?? 0) }));
    const retriever = bm25({ index, space, analyzer: english });
    await expectRefusal(() => retriever.retrieve(queries, { topK: 3 }), { code: 'SLUICE_DAMAGED_INDEX' });
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
