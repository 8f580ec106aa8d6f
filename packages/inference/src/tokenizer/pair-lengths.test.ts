import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkSecond, cutLongestFirst, cutSecond } from './pair-lengths.js';

const lengths = fc.record({ first: fc.nat(60), second: fc.nat(60) });
const room = fc.integer({ min: 2, max: 70 });

/** One token at a time from whichever is longer then, as the first tokenizers did it; `last` loses where both are equal. */
function oneByOne(
  { first, second }: { first: number; second: number },
  fits: number,
): { first: number; second: number } {
  let [a, b] = [first, second];
  const last = first > second ? 'second' : 'first';
  while (a + b > fits) {
    if (a > b || (a === b && last === 'first')) a -= 1;
    else b -= 1;
  }
  return { first: a, second: b };
}

it('cuts the longer text as if token by token', () => {
  fc.assert(
    fc.property(lengths, room, (pair, fits) => {
      expect(cutLongestFirst(pair, fits)).toEqual(oneByOne(pair, fits));
    }),
  );
});

it.each([
  // As Hugging Face's tokenizers cut them to 45.
  { pair: [25, 21], kept: [24, 21] },
  { pair: [25, 22], kept: [23, 22] },
  { pair: [25, 25], kept: [22, 23] },
  { pair: [23, 24], kept: [22, 23] },
  { pair: [30, 20], kept: [25, 20] },
  { pair: [30, 30], kept: [22, 23] },
])('cuts $pair to $kept', ({ pair: [first = 0, second = 0], kept }) => {
  const found = cutLongestFirst({ first, second }, 45);
  expect([found.first, found.second]).toEqual(kept);
});

it('cuts the first text only where the second has nothing left', () => {
  expect(cutSecond({ first: 10, second: 30 }, 20)).toEqual({ first: 10, second: 10 });
  expect(cutSecond({ first: 30, second: 5 }, 20)).toEqual({ first: 20, second: 0 });
  expect(cutSecond({ first: 3, second: 5 }, 20)).toEqual({ first: 3, second: 5 });
});

describe('chunks', () => {
  it('fit, hold every token of the second text, in order, and share at least the overlap', () => {
    fc.assert(
      fc.property(lengths, room, fc.nat(20), ({ first, second }, fits, overlap) => {
        const { first: kept, chunks } = chunkSecond({ first, second: second * 4 }, fits, overlap);
        const width = Math.max(...chunks.map(({ start, end }) => end - start));
        expect(chunks[0]?.start).toBe(0);
        expect(chunks.at(-1)?.end).toBe(second * 4);
        expect(kept).toBeLessThanOrEqual(first);
        for (const [at, { start, end }] of chunks.entries()) {
          expect(kept + end - start).toBeLessThanOrEqual(fits);
          const before = chunks[at - 1];
          if (!before) continue;
          expect(start).toBeGreaterThan(before.start);
          expect(before.end - start).toBeGreaterThanOrEqual(Math.min(overlap, Math.floor(width / 2)));
        }
      }),
    );
  });

  it('are one where both texts fit', () => {
    expect(chunkSecond({ first: 4, second: 6 }, 10, 3)).toEqual({ first: 4, chunks: [{ start: 0, end: 6 }] });
  });

  it('leave a query of at most half of the room whole', () => {
    expect(chunkSecond({ first: 5, second: 100 }, 10, 0).first).toBe(5);
    expect(chunkSecond({ first: 50, second: 100 }, 10, 0).first).toBe(5);
    expect(chunkSecond({ first: 50, second: 2 }, 10, 0)).toEqual({ first: 8, chunks: [{ start: 0, end: 2 }] });
  });
});
