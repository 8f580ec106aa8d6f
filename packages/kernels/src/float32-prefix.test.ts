import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PoisonedMemory } from './fixtures/poisoned-memory.js';
import { scoreFloat32Listed, scoreFloat32Prefix } from './index.js';

const floats = (length: number) =>
  fc.float32Array({ minLength: length, maxLength: length, min: -4, max: 4, noNaN: true });
const problems = fc
  .record({
    columns: fc.integer({ min: 1, max: 3 }).map((eights) => eights * 8),
    behind: fc.nat(2).map((eights) => eights * 8),
    n: fc.integer({ min: 1, max: 9 }),
    metric: fc.constantFrom('dot' as const, 'euclidean' as const),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      query: floats(shape.columns),
      rows: floats(shape.n * (shape.columns + shape.behind)),
      list: fc.array(fc.nat(shape.n - 1), { maxLength: 11 }),
    }),
  );

it.each(['simd', 'scalar'] as const)('scores slices where they lie as it scores them copied out: %s', (engine) => {
  fc.assert(
    fc.property(problems, ({ shape: { columns, behind, n, metric }, query, rows, list }) => {
      const place = new PoisonedMemory(engine);
      const stride = columns + behind;
      const slices = Float32Array.from({ length: n * columns }, (_, at) => {
        return rows[Math.floor(at / columns) * stride + (at % columns)] ?? 0;
      });
      const shared = { metric, columns, query: place.float32(query), list: place.uint32(list) };
      const [scores, copied] = [place.float32(list.map(() => Number.NaN)), place.float32(list.map(() => Number.NaN))];
      const whole = place.float32(rows);
      place.run([scores], (memory) => scoreFloat32Prefix(memory, { ...shared, rows: whole, stride, scores }));
      scoreFloat32Listed(place.memory, { ...shared, rows: place.float32(slices), scores: copied });
      expect([...scores]).toEqual([...copied]);
    }),
  );
});

it.each([
  { why: 'a slice that is longer than the rows', change: { columns: 24 } },
  { why: 'a slice of half a step', change: { columns: 4 } },
  { why: 'rows that are not whole', change: { stride: 24 } },
])('refuses $why', ({ change }) => {
  const place = new PoisonedMemory('simd');
  const call = {
    ...{ metric: 'dot' as const, columns: 8, stride: 16, query: place.float32(new Float32Array(8)) },
    ...{ rows: place.float32(new Float32Array(32)), list: place.uint32([1]), scores: place.float32([0]) },
  };
  expect(() => scoreFloat32Prefix(place.memory, call)).not.toThrow();
  expect(() => scoreFloat32Prefix(place.memory, { ...call, ...change })).toThrow(
    expect.objectContaining({ code: 'SLUICE_SHAPE' }),
  );
});
