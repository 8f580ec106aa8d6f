import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { type Float32Metric, scoreFloat32, scoreFloat32Listed } from './index.js';

const shapes = fc.record({
  q: fc.integer({ min: 0, max: 9 }),
  n: fc.integer({ min: 0, max: 13 }),
  columns: fc.integer({ min: 1, max: 6 }).map((eights) => eights * 8),
  metric: fc.constantFrom<Float32Metric>('dot', 'euclidean'),
});
const floats = (length: number) =>
  fc.float32Array({ minLength: length, maxLength: length, min: -4, max: 4, noNaN: true });
const problems = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    queries: floats(shape.q * shape.columns),
    rows: floats(shape.n * shape.columns),
  }),
);

describe('scoreFloat32', () => {
  it('is near the sum in double precision, writes nothing else, and reads nothing else', () => {
    fc.assert(
      fc.property(problems, ({ shape, queries, rows }) => {
        const scores = scoresBy('simd', shape, queries, rows);
        for (let i = 0; i < shape.q; i++) {
          for (let j = 0; j < shape.n; j++) {
            const exact = inDoubles(shape, queries, i, rows, j);
            // Each of the 8 sums makes columns / 8 roundings of values up to 64 * columns; far below this bound.
            const bound = 64 * shape.columns * shape.columns * 2 ** -24;
            expect(Math.abs((scores[i * shape.n + j] ?? Number.NaN) - exact)).toBeLessThanOrEqual(bound);
          }
        }
      }),
    );
  });

  it('gives the same bits on both engines', () => {
    fc.assert(
      fc.property(problems, ({ shape, queries, rows }) => {
        expect(scoresBy('simd', shape, queries, rows)).toEqual(scoresBy('scalar', shape, queries, rows));
      }),
    );
  });

  it('gives a pair the same bits alone, in a batch and from a list', () => {
    fc.assert(
      fc.property(problems, fc.array(fc.nat(), { maxLength: 11 }), ({ shape, queries, rows }, picks) => {
        fc.pre(shape.n > 0 && shape.q > 0);
        const batch = scoresBy('simd', shape, queries, rows);
        const list = picks.map((pick) => pick % shape.n);
        for (const engine of ['simd', 'scalar'] as const) {
          const listed = listedBy(engine, shape, queries.subarray(0, shape.columns), rows, list);
          expect([...listed]).toEqual(list.map((row) => batch[row]));
        }
      }),
    );
  });

  it('sums what it was given: three products by hand', () => {
    const shape = { q: 1, n: 1, columns: 8, metric: 'dot' } as const;
    const query = Float32Array.of(1, 2, 3, 0, 0, 0, 0, 0);
    const row = Float32Array.of(4, 5, 6, 0, 0, 0, 0, 0);
    expect([...scoresBy('simd', shape, query, row)]).toEqual([32]);
    expect([...scoresBy('simd', { ...shape, metric: 'euclidean' }, query, row)]).toEqual([-27]);
  });
});

describe('refusals', () => {
  it.each([
    { why: 'columns that are no multiple of 8', change: { columns: 4 }, argument: 'columns' },
    { why: 'scores of the wrong length', change: { scores: 3 }, argument: 'scores' },
    { why: 'rows that are not whole', change: { rows: 12 }, argument: 'rows' },
  ])('refuses $why', ({ change, argument }) => {
    const place = new PoisonedMemory('simd');
    const call = {
      metric: 'dot' as const,
      queries: place.float32(new Float32Array(8)),
      rows: place.float32(new Float32Array(change.rows ?? 16)),
      scores: place.float32(new Float32Array(change.scores ?? 2)),
      columns: change.columns ?? 8,
    };
    expect(() => scoreFloat32(place.memory, call)).toThrow(expect.objectContaining({ code: 'SLUICE_SHAPE', argument }));
  });

  it('refuses views of another memory, misaligned views and rows that are not there', () => {
    const place = new PoisonedMemory('simd');
    const query = place.float32(new Float32Array(8));
    const rows = place.float32(new Float32Array(24));
    const scores = place.float32(new Float32Array(1));
    const call = { metric: 'dot' as const, query, rows, scores, columns: 8, list: place.uint32([2]) };
    expect(() => scoreFloat32Listed(place.memory, call)).not.toThrow();
    const wrong = [{ query: new Float32Array(8) }, { rows: rows.subarray(1, 17) }, { list: place.uint32([3]) }];
    for (const change of wrong) {
      expect(() => scoreFloat32Listed(place.memory, { ...call, ...change })).toThrow(
        expect.objectContaining({ code: 'SLUICE_SHAPE', argument: Object.keys(change)[0] }),
      );
    }
  });
});

interface Shape {
  readonly q: number;
  readonly n: number;
  readonly columns: number;
  readonly metric: Float32Metric;
}

function scoresBy(engine: 'simd' | 'scalar', shape: Shape, queries: Float32Array, rows: Float32Array): Float32Array {
  const place = new PoisonedMemory(engine);
  const scores = place.float32(new Float32Array(shape.q * shape.n).fill(Number.NaN));
  const call = { ...shape, queries: place.float32(queries), rows: place.float32(rows), scores };
  place.run([scores], (memory) => scoreFloat32(memory, call));
  return scores.slice();
}

function listedBy(
  engine: 'simd' | 'scalar',
  { metric, columns }: Shape,
  query: Float32Array,
  rows: Float32Array,
  list: readonly number[],
): Float32Array {
  const place = new PoisonedMemory(engine);
  const scores = place.float32(new Float32Array(list.length).fill(Number.NaN));
  const call = {
    ...{ metric, columns, scores },
    ...{ query: place.float32(query), rows: place.float32(rows), list: place.uint32(list) },
  };
  place.run([scores], (memory) => scoreFloat32Listed(memory, call));
  return scores.slice();
}

function inDoubles(
  { metric, columns }: Shape,
  queries: Float32Array,
  i: number,
  rows: Float32Array,
  j: number,
): number {
  let sum = 0;
  for (let column = 0; column < columns; column++) {
    const x = queries[i * columns + column] ?? 0;
    const y = rows[j * columns + column] ?? 0;
    sum += metric === 'dot' ? x * y : -((x - y) ** 2);
  }
  return sum;
}
