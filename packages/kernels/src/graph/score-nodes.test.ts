import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonedMemory } from '../fixtures/poisoned-memory.js';
import { decodeNodes, scoreFloat32, scoreNodes } from '../index.js';

const ROWS = 5;

const problems = fc.integer({ min: 1, max: 9 }).chain((eights) => {
  const columns = eights * 8;
  const stride = Math.ceil(columns / 16) * 16;
  const sketch = Math.ceil(stride / 64) * 8;
  return fc.record({
    shape: fc.constant({ columns, stride }),
    metric: fc.constantFrom('dot' as const, 'euclidean' as const),
    query: fc.float32Array({ minLength: columns, maxLength: columns, min: -4, max: 4, noNaN: true }),
    codes: fc.int8Array({ minLength: ROWS * stride, maxLength: ROWS * stride }),
    signs: fc.uint8Array({ minLength: ROWS * sketch, maxLength: ROWS * sketch }),
    scales: fc.float32Array({ minLength: ROWS, maxLength: ROWS, min: 0, max: 1, noNaN: true }),
    list: fc.array(fc.nat(ROWS - 1), { maxLength: 9 }),
  });
});

describe.each(['simd', 'scalar'] as const)('scores of nodes, %s', (engine) => {
  it('are those of the decoded nodes, bit for bit; nothing else is touched', () => {
    fc.assert(
      fc.property(problems, ({ shape: { columns, stride }, metric, query, codes, signs, scales, list }) => {
        const place = new PoisonedMemory(engine);
        const width = signs.length / ROWS;
        const sketches = Array.from(scales, (scale, row) => [
          ...signs.subarray(row * width, (row + 1) * width),
          ...new Uint8Array(Float32Array.of(scale, 0, 0, 0).buffer),
        ]);
        const nodes = {
          codes: place.int8(codes),
          sketches: place.uint8(sketches.flat()),
          list: place.uint32(list),
          stride,
        };
        const [asked, scores, expected] = [place.float32(query), place.float32(list), place.float32(list)];
        place.run([scores], (memory) => scoreNodes(memory, { ...nodes, metric, query: asked, scores, columns }));
        const rows = place.float32(new Float32Array(list.length * columns));
        decodeNodes(place.memory, { ...nodes, target: rows, width: columns, columns });
        scoreFloat32(place.memory, { metric, queries: asked, rows, scores: expected, columns });
        expect(scores).toEqual(expected);
      }),
    );
  });
});

it.each([
  { why: 'a row that is not there', change: { list: [ROWS] } },
  { why: 'columns of no whole step', change: { columns: 4 } },
  { why: 'more columns than codes', change: { columns: 24 } },
  { why: 'a stride of no whole step', change: { stride: 8 } },
])('refuses $why', ({ change }) => {
  const place = new PoisonedMemory('simd');
  const { list = [0], ...shape } = { stride: 16, columns: 16, ...change };
  const nodes = { codes: place.int8(new Int8Array(ROWS * 16)), sketches: place.uint8(new Uint8Array(ROWS * 24)) };
  const query = place.float32(new Float32Array(shape.columns));
  const call = { ...nodes, ...shape, query, list: place.uint32(list), scores: place.float32(list) };
  const refused = expect.objectContaining({ code: 'SLUICE_SHAPE' });
  expect(() => scoreNodes(place.memory, { ...call, metric: 'dot' })).toThrow(refused);
});
