import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Graph, KernelMemory } from './index.js';

/** Small codes, so that equal scores and equal nodes are common. */
const problems = fc
  .record({
    columns: fc.constantFrom(16, 32, 48),
    degree: fc.integer({ min: 2, max: 5 }),
    factor: fc.constantFrom(1 as const, 2 as const),
    beam: fc.integer({ min: 1, max: 20 }),
    count: fc.integer({ min: 1, max: 120 }),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      codes: fc.int8Array({
        minLength: (shape.count + 3) * shape.columns,
        maxLength: (shape.count + 3) * shape.columns,
        min: -3,
        max: 3,
      }),
      levels: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3), { minLength: shape.count, maxLength: shape.count }),
    }),
  );

it('the kernels build and search the graph that the plain twins build and search', () => {
  fc.assert(
    fc.property(problems, ({ shape, codes, levels }) => {
      const [fast, plain] = [memoryOf('simd'), memoryOf('scalar')];
      const graphs = [fast, plain].map((memory) => new Graph(memory, shape));
      for (const graph of graphs) {
        for (const [node, level] of levels.entries()) graph.add(codeOf(codes, node, shape), level, shape.beam);
      }
      for (let query = shape.count; query < shape.count + 3; query++) {
        const [one, other] = graphs.map((graph) => {
          const { nodes, scores } = graph.search(codeOf(codes, query, shape), shape.beam);
          return { nodes: [...nodes], scores: [...scores] };
        });
        expect(one).toEqual(other);
      }
    }),
    { numRuns: 60 },
  );
});

it('finds all nodes, best first, with a beam as wide as the graph', () => {
  fc.assert(
    fc.property(problems, ({ shape, codes, levels }) => {
      const graph = new Graph(memoryOf('simd'), { ...shape, degree: 16 });
      for (const [node, level] of levels.entries()) graph.add(codeOf(codes, node, shape), level, 200);
      const query = codeOf(codes, shape.count, shape);
      const { nodes, scores } = graph.search(query, 200);
      const expected = levels
        .map((_, node) => ({ node, score: exactScore(query, codeOf(codes, node, shape), shape.factor) }))
        .sort((left, right) => right.score - left.score || left.node - right.node);
      expect([...nodes]).toEqual(expected.map(({ node }) => node));
      expect([...scores]).toEqual(expected.map(({ score }) => score));
    }),
    { numRuns: 60 },
  );
});

it('does not meet a hidden node, on either engine, and meets it again in the next search', () => {
  fc.assert(
    fc.property(problems, fc.nat(), ({ shape, codes, levels }, at) => {
      const hidden = at % levels.length;
      if (levels[hidden] !== 0 || levels.every((level) => level === 0)) return;
      const query = codeOf(codes, hidden, shape);
      const [one, other] = [memoryOf('simd'), memoryOf('scalar')].map((memory) => {
        const graph = new Graph(memory, { ...shape, degree: 16 });
        for (const [node, level] of levels.entries()) graph.add(codeOf(codes, node, shape), level, 200);
        const [without, again] = [hidden, undefined].map((each) => [...graph.search(query, 200, each).nodes]);
        expect(without).not.toContain(hidden);
        expect(again).toHaveLength(levels.length);
        return without;
      });
      expect(one).toEqual(other);
    }),
    { numRuns: 60 },
  );
});

it('leaves the memory around it alone, and gives its own back', () => {
  const memory = memoryOf('simd');
  const before = memory.allocate(4096);
  before.uint8().fill(7);
  const { usedBytes } = memory;
  const graph = new Graph(memory, { columns: 16, degree: 4, factor: 1 });
  const after = memory.allocate(4096);
  after.uint8().fill(9);
  const codes = Int8Array.from({ length: 16 * 500 }, (_, at) => ((at * 7919) % 255) - 127);
  for (let node = 0; node < 500; node++) graph.add(codeOf(codes, node, { columns: 16, factor: 1 }), node % 3, 300);
  expect(graph.search(codeOf(codes, 3, { columns: 16, factor: 1 }), 400).nodes.length).toBeGreaterThan(300);
  expect(before.uint8().every((byte) => byte === 7)).toBe(true);
  expect(after.uint8().every((byte) => byte === 9)).toBe(true);
  graph.close();
  expect(memory.usedBytes).toBe(usedBytes + 4096);
});

function memoryOf(engine: 'simd' | 'scalar'): KernelMemory {
  return new KernelMemory({ engine });
}

/** With scale 1 and, for distances, a bias of -|x|²: all scores are whole numbers. */
function codeOf(all: Int8Array, node: number, { columns, factor }: { columns: number; factor: 1 | 2 }) {
  const codes = all.subarray(node * columns, (node + 1) * columns);
  return { codes, scale: 1, bias: factor === 1 ? 0 : 0 - codes.reduce((sum, code) => sum + code * code, 0) };
}

type Code = ReturnType<typeof codeOf>;

function exactScore(query: Code, node: Code, factor: 1 | 2): number {
  const terms = Array.from(query.codes, (code, column) => {
    const other = node.codes[column] ?? 0;
    return factor === 1 ? code * other : -((code - other) ** 2);
  });
  return terms.reduce((sum, term) => sum + term, 0);
}
