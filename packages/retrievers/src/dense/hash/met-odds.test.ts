import { type Matrix, type Similarity, seededRandom } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { describe, expect, it } from 'vitest';
import { VectorRows } from '../flat/vector-rows.js';
import { MetOdds } from './met-odds.js';
import { type HashSettings, lengthOf, RowHasher } from './row-hasher.js';
import { sameSlotParity } from './same-slot-parity.reference.js';

const WIDTH = 8;
/** Hash functions of one bit each are independent samples of the family. */
const FUNCTIONS = 20_000;

describe('vectors collide as often as the formula says', () => {
  // The oracle is the angle itself: 1 - θ/π, within three standard deviations of a binomial.
  it.each([10, 35, 60, 90, 140])('at %d degrees, hyperplanes', (degrees) => {
    const angle = (degrees * Math.PI) / 180;
    const rate = collisionRate('cosine', [1, 0], [Math.cos(angle), Math.sin(angle)]);
    expectRate(rate, 1 - angle / Math.PI);
  });

  it('at an angle that comes of the length, inner products', () => {
    // Both point the same way; the stored one is half as long as the longest, which is an angle of 60 degrees.
    const rate = collisionRate('dot', [3, 0], [0.5, 0], 1);
    expectRate(rate, 1 - 1 / 3);
  });

  it.each([0.1, 0.5, 1, 3])('at a distance of %d slots, rulers', (distance) => {
    expectRate(collisionRate('euclidean', [5, 2], [5, 2 + distance]), sameSlotParity(distance));
  });
});

describe('MetOdds', () => {
  it.each(['cosine', 'euclidean'] as const)(
    'is the share of neighbours that are in the visited buckets, %s',
    (similarity) => {
      // Many small indexes with other seeds: the mean of the odds is the share that was met.
      const random = seededRandom(5);
      const rounds = 1500;
      let [met, odds, variance] = [0, 0, 0];
      for (let seed = 0; seed < rounds; seed++) {
        const [query, near] = nearbyPair(random, similarity);
        const settings = { tables: 3, bits: 6, seed };
        const { hasher, codes } = hashed(similarity, near, settings);
        const asked = hasher.hashQuery(padded(query));
        const visited = new MetOdds(asked, settings.bits);
        const flips = [0, 2];
        let isMet = false;
        for (let table = 0; table < 3; table++) {
          for (const flip of flips) {
            visited.visit(table, flip);
            isMet ||= codes[table] === ((asked.codes[table] ?? 0) ^ flip);
          }
        }
        const expected = visited.of(scoreOf(similarity, query, near));
        met += Number(isMet);
        odds += expected;
        variance += expected * (1 - expected);
      }
      expect(Math.abs(met - odds)).toBeLessThan(3 * Math.sqrt(variance));
      expect(odds / rounds).toBeGreaterThan(0.1);
      expect(odds / rounds).toBeLessThan(0.97);
    },
  );

  it('is 1 once all buckets were visited, and larger for nearer vectors before', () => {
    const query = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    const { hasher } = hashed('cosine', query, { tables: 2, bits: 3, seed: 4 });
    const odds = new MetOdds(hasher.hashQuery(padded(query)), 3);
    odds.visit(0, 0);
    odds.visit(1, 0);
    const byScore = [0.1, 0.5, 0.9, 1].map((score) => odds.of(score));
    expect(byScore).toEqual(byScore.toSorted((left, right) => left - right));
    expect(byScore.at(-1)).toBeCloseTo(1, 6);
    for (let flips = 1; flips < 8; flips++) odds.visit(0, flips);
    expect(odds.of(0.1)).toBeCloseTo(1, 6);
  });
});

/** Share of hash functions that give both the same bit. */
function collisionRate(similarity: Similarity, query: number[], vector: number[], scale = 1): number {
  const settings = { tables: FUNCTIONS, bits: 1, seed: 4 };
  const { hasher, codes } = hashed(similarity, Float32Array.from(vector), settings, scale);
  const asked = hasher.hashQuery(padded(Float32Array.from(query))).codes;
  return codes.reduce((same, code, at) => same + Number(code === asked[at]), 0) / FUNCTIONS;
}

function expectRate(rate: number, expected: number): void {
  const deviation = Math.sqrt((expected * (1 - expected)) / FUNCTIONS);
  expect(Math.abs(rate - expected), `rate ${rate}, formula ${expected}`).toBeLessThan(3 * deviation);
}

function hashed(
  similarity: Similarity,
  vector: Float32Array,
  settings: HashSettings,
  scale = 1,
): { hasher: RowHasher; codes: Uint16Array } {
  const memory = new KernelMemory();
  const rows = new VectorRows(memory, WIDTH);
  const row: Matrix = { data: padded(vector), rows: 1, columns: WIDTH };
  rows.set(Uint32Array.of(0), row, undefined);
  const hasher = new RowHasher(memory, { dimensions: WIDTH, similarity }, WIDTH, settings);
  hasher.scale = scale;
  let codes = new Uint16Array(0);
  hasher.hashRows(rows, Uint32Array.of(0), hasher.scratch(), (_, all) => {
    codes = Uint16Array.from(all);
  });
  return { hasher, codes };
}

function nearbyPair(random: () => number, similarity: Similarity): [Float32Array, Float32Array] {
  const query = Float32Array.from({ length: WIDTH }, () => random() - 0.5);
  const near = query.map((value) => value + 0.6 * (random() - 0.5));
  return similarity === 'cosine' ? [unit(query), unit(near)] : [query, near];
}

function scoreOf(similarity: Similarity, left: Float32Array, right: Float32Array): number {
  if (similarity === 'cosine') return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
  return -left.reduce((sum, value, at) => sum + (value - (right[at] ?? 0)) ** 2, 0);
}

function unit(vector: Float32Array): Float32Array {
  const length = lengthOf(vector);
  return vector.map((value) => value / length);
}

function padded(vector: Float32Array): Float32Array {
  const row = new Float32Array(WIDTH);
  row.set(vector);
  return row;
}
