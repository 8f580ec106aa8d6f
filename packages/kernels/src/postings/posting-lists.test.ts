import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedOf, randomNumbers, randomPostings, type Spread, weighingOf } from '../fixtures/random-postings.js';
import { KernelMemory, PackedLists, PostingLists, type PostingSearch, type WeighingVariant } from '../index.js';

/** `SLUICE_CASES=100000` for the whole run of a release. */
const RUNS = Number(process.env.SLUICE_CASES ?? 300);
const spread = fc.constantFrom<Spread>('everywhere', 'often', 'rarely', 'runs', 'few');
const cases = fc.record({
  seed: fc.nat(),
  size: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 5000 }), fc.constantFrom(2048, 4096)),
  spreads: fc.array(spread, { minLength: 1, maxLength: 6 }),
  weights: fc.array(fc.constantFrom(0.5, 1, 1, 2.25, 3.1, 9), { minLength: 6, maxLength: 6 }),
  topK: fc.constantFrom(1, 2, 10, 100, 10_000),
  filtered: fc.constantFrom('none', 'none', 'half', 'few', 'empty'),
  variant: fc.constantFrom<WeighingVariant>('lucene', 'lucene', 'robertson', 'atire', 'bm25l', 'bm25+'),
  k1: fc.constantFrom(0.4, 0.9, 1.2, 8),
  b: fc.constantFrom(0, 0.4, 0.75, 1),
});

it('finds with bounds and without what adding up every posting finds', () => {
  let [blocks, decoded] = [0, 0];
  fc.assert(
    fc.property(cases, ({ seed, size, spreads, weights, topK, filtered, variant, k1, b }) => {
      const lists = packedOf(randomPostings(seed, size, spreads));
      const random = randomNumbers(seed + 1);
      const ranks = Uint32Array.from({ length: size }, () => Math.floor(random() * 2 ** 32));
      const share = { none: 1, half: 0.5, few: 0.01, empty: 0 }[filtered];
      const words = Uint32Array.from({ length: Math.ceil(size / 32) });
      for (let at = 0; at < size; at++)
        if (random() < share) words[at >>> 5] = (words[at >>> 5] ?? 0) | (1 << (at & 31));
      const weighing = weighingOf(variant, k1, b);
      const call: PostingSearch = {
        terms: spreads.map((_, term) => term),
        weights: weights.slice(0, spreads.length).map(Math.fround),
        count: spreads.length,
        weighing,
        topK,
        compare: (left, right) => (ranks[left] ?? 0) - (ranks[right] ?? 0) || left - right,
        filter: filtered === 'none' ? undefined : words,
      };
      const bounds = spreads.map((_, term) => lists.boundsOf(term, weighing));
      const expected = new PostingLists(new KernelMemory({ engine: 'scalar' }), lists).search(call);
      const searched = new PostingLists(new KernelMemory({ engine: 'simd' }), lists);
      expect(searched.search(call)).toEqual(expected);
      expect(searched.search({ ...call, bounds })).toEqual(expected);
      blocks += searched.blocks;
      decoded += searched.decoded;
      const asked = Uint32Array.from({ length: 20 }, () => Math.floor(random() * (size + 5)));
      const plain = new PostingLists(new KernelMemory({ engine: 'scalar' }), lists).score(call, asked);
      expect(searched.score(call, asked)).toEqual(plain);
    }),
    { numRuns: RUNS },
  );
  // The bounds did their work: not every block was read.
  expect(decoded).toBeGreaterThan(0);
  expect(decoded).toBeLessThan(0.9 * blocks);
});

it('gives equal documents in the order of their ids, however many there are', () => {
  const size = 20_000;
  const ordinals = Uint32Array.from({ length: size }, (_, at) => at);
  const lists = packedOf({
    terms: [{ ordinals, frequencies: new Uint32Array(size).fill(1) }],
    lengthCodes: new Uint8Array(size).fill(7),
  });
  const weighing = weighingOf('lucene', 1.2, 0.75);
  const searched = new PostingLists(new KernelMemory(), lists);
  const { ordinals: found } = searched.search({
    ...{ terms: [0], weights: [1], count: 1, weighing, topK: 5, bounds: [lists.boundsOf(0, weighing)] },
    compare: (left, right) => right - left,
  });
  expect([...found]).toEqual([19_999, 19_998, 19_997, 19_996, 19_995]);
});

describe('packed postings', () => {
  it('are unpacked as they were', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 3000 }),
        fc.array(spread, { maxLength: 5 }),
        (seed, size, spreads) => {
          const plain = randomPostings(seed, size, spreads);
          const lists = packedOf(plain);
          for (const [term, postings] of plain.terms.entries()) expect(lists.postingsOf(term)).toEqual(postings);
        },
      ),
    );
  });

  it('may be as far apart as ordinals go', () => {
    const size = 70_000_000;
    const lengthCodes = new Uint8Array(size).fill(3);
    const ordinals = Uint32Array.from({ length: 131 }, (_, at) => (at < 100 ? at : at * 500_000));
    const frequencies = ordinals.map((_, at) => (at === 77 ? 2 ** 32 - 1 : 1));
    const lists = packedOf({ terms: [{ ordinals, frequencies }], lengthCodes });
    expect(lists.postingsOf(0)).toEqual({ ordinals, frequencies });
    const searched = new PostingLists(new KernelMemory(), lists);
    const weighing = weighingOf('lucene', 1.2, 0.75);
    const call = { terms: [0], weights: [1], count: 1, weighing, topK: 200, compare: (a: number, b: number) => a - b };
    expect(searched.search(call).ordinals.toSorted()).toEqual(ordinals);
  });
});

it('refuses damaged bytes, or gives an answer in form', () => {
  const size = 3000;
  const intact = packedOf(randomPostings(5, size, ['often', 'rarely', 'runs', 'few', 'everywhere']));
  const names = ['blocks', 'tails'] as const;
  const flip = fc.record({ name: fc.constantFrom(...names), at: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) });
  const weighing = weighingOf('lucene', 0.9, 0.4);
  let refused = 0;
  fc.assert(
    fc.property(fc.array(flip, { minLength: 1, maxLength: 5 }), fc.boolean(), (flips, pruned) => {
      const packed = { ...intact.packed, blocks: intact.packed.blocks.slice(), tails: intact.packed.tails.slice() };
      for (const { name, at, mask } of flips) {
        const place = at % packed[name].length;
        packed[name][place] = (packed[name][place] ?? 0) ^ mask;
      }
      const lists = new PackedLists(packed, intact.lengthCodes);
      const call = { terms: [0, 1, 2, 3, 4], weights: [1, 2, 3, 4, 5], count: 5, weighing, topK: 10 };
      try {
        const bounds = pruned ? call.terms.map((term) => lists.boundsOf(term, weighing)) : undefined;
        const searched = new PostingLists(new KernelMemory(), lists);
        const { ordinals, scores } = searched.search({ ...call, bounds, compare: (left, right) => left - right });
        expect(new Set(ordinals).size).toBe(ordinals.length);
        for (const ordinal of ordinals) expect(ordinal).toBeLessThan(size);
        for (const score of scores) expect(score).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'DamagedPostings') throw error;
        refused++;
      }
    }),
    { numRuns: RUNS },
  );
  expect(refused).toBeGreaterThan(RUNS / 4);
});
