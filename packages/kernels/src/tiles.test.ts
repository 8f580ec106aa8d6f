import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { bestOfEach, packTiles, scoreTiles } from './index.js';

const shapes = fc
  .record({
    q: fc.integer({ min: 0, max: 9 }),
    n: fc.integer({ min: 1, max: 19 }),
    from: fc.nat(5),
    width: fc.integer({ min: 1, max: 21 }),
    behind: fc.nat(3),
    metric: fc.constantFrom('dot' as const, 'euclidean' as const),
  })
  .map(({ behind, ...shape }) => ({ ...shape, stride: shape.from + shape.width + behind }));
type Shape = typeof shapes extends fc.Arbitrary<infer Value> ? Value : never;
const floats = (length: number) =>
  fc.float32Array({ minLength: length, maxLength: length, min: -4, max: 4, noNaN: true });
const problems = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    rows: floats(shape.q * shape.stride),
    points: floats(shape.n * shape.stride),
  }),
);

describe('scoreTiles', () => {
  it('is near the sum in double precision, writes nothing else, and reads nothing else', () => {
    fc.assert(
      fc.property(problems, ({ shape, rows, points }) => {
        const scores = scoresBy('simd', shape, rows, points);
        const padded = Math.ceil(shape.n / 8) * 8;
        expect(scores).toHaveLength(shape.q * padded);
        for (let i = 0; i < shape.q; i++) {
          for (let j = 0; j < shape.n; j++) {
            const exact = inDoubles(shape, rows.subarray(i * shape.stride), points.subarray(j * shape.stride));
            // `width` roundings of sums up to 64 x width.
            const bound = 64 * shape.width * shape.width * 2 ** -23;
            expect(Math.abs((scores[i * padded + j] ?? Number.NaN) - exact)).toBeLessThanOrEqual(bound);
          }
        }
      }),
    );
  });

  it('gives the same bits on both engines, and to a row alone', () => {
    fc.assert(
      fc.property(problems, ({ shape, rows, points }) => {
        const batch = scoresBy('simd', shape, rows, points);
        expect(scoresBy('scalar', shape, rows, points)).toEqual(batch);
        if (shape.q === 0) return;
        const alone = scoresBy('simd', { ...shape, q: 1 }, rows.subarray(0, shape.stride), points);
        expect(alone).toEqual(batch.subarray(0, alone.length));
      }),
    );
  });

  it('refuses columns outside the rows, and scores of the wrong length', () => {
    const place = new PoisonedMemory('simd');
    const call = {
      ...{ metric: 'dot' as const, stride: 4, from: 1, width: 3 },
      rows: place.float32(new Float32Array(8)),
      tiles: place.float32(new Float32Array(24)),
      scores: place.float32(new Float32Array(16)),
    };
    expect(() => scoreTiles(place.memory, call)).not.toThrow();
    for (const change of [{ from: 2 }, { width: 0 }, { scores: call.scores.subarray(0, 8) }, { stride: 3, from: 0 }]) {
      expect(() => scoreTiles(place.memory, { ...call, ...change })).toThrow(
        expect.objectContaining({ code: 'SLUICE_SHAPE' }),
      );
    }
  });
});

describe('bestOfEach', () => {
  const cases = fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 19 }), fc.nat(5))
    .chain(([q, count, behind]) =>
      fc.record({
        q: fc.constant(q),
        count: fc.constant(count),
        // Few values, so that there are equals.
        scores: fc
          .array(fc.integer({ min: -3, max: 3 }), { minLength: q * (count + behind), maxLength: q * (count + behind) })
          .map((values) => Float32Array.from(values)),
      }),
    );

  it.each(['simd', 'scalar'] as const)('finds the first of the largest, and writes nothing else: %s', (engine) => {
    fc.assert(
      fc.property(cases, ({ q, count, scores }) => {
        const place = new PoisonedMemory(engine);
        const positions = place.uint32(new Uint32Array(q));
        const best = place.float32(new Float32Array(q));
        const view = place.float32(scores);
        place.run([positions, best], (memory) => bestOfEach(memory, { scores: view, count, positions, best }));
        for (let row = 0; row < q; row++) {
          const n = scores.length / q;
          const own = [...scores.subarray(row * n, row * n + count)];
          const sorted = own.map((score, at) => ({ score, at })).sort((a, b) => b.score - a.score || a.at - b.at);
          expect([best[row], positions[row]]).toEqual([sorted[0]?.score, sorted[0]?.at]);
        }
      }),
    );
  });
});

function scoresBy(engine: 'simd' | 'scalar', shape: Shape, rows: Float32Array, points: Float32Array): Float32Array {
  const place = new PoisonedMemory(engine);
  const { n, stride, from, width, metric } = shape;
  const tiles = place.float32(packTiles({ data: points, count: n, stride, from, width }));
  const scores = place.float32(new Float32Array((shape.q * tiles.length) / width).fill(Number.NaN));
  const call = { metric, rows: place.float32(rows), stride, from, width, tiles, scores };
  place.run([scores], (memory) => scoreTiles(memory, call));
  return scores.slice();
}

function inDoubles({ metric, from, width }: Shape, row: Float32Array, point: Float32Array): number {
  let sum = 0;
  for (let column = from; column < from + width; column++) {
    const [x = 0, y = 0] = [row[column], point[column]];
    sum += metric === 'dot' ? x * y : -((x - y) ** 2);
  }
  return sum;
}
