import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Graph, hasKernelWorkers, KernelMemory, MemoryLimitError } from '../index.js';

/** Small integers, so that equal scores and equal nodes are common; or all there are. */
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
      codes: fc.constantFrom(3, 239).chain((most) =>
        fc.int16Array({
          minLength: (shape.count + 3) * shape.columns,
          maxLength: (shape.count + 3) * shape.columns,
          min: -most,
          max: most,
        }),
      ),
      gone: fc.array(fc.boolean(), { minLength: shape.count, maxLength: shape.count }),
      levels: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3), { minLength: shape.count, maxLength: shape.count }),
    }),
  );

it('the kernels build and search and repair the graph that the plain twins do', () => {
  fc.assert(
    fc.property(problems, ({ shape, codes, levels, gone }) => {
      const [fast, plain] = [memoryOf('simd'), memoryOf('scalar')];
      const graphs = [fast, plain].map((memory) => new Graph(memory, shape));
      for (const graph of graphs) {
        for (const [node, level] of levels.entries()) graph.add(codeOf(codes, node, shape), level, shape.beam);
      }
      for (let query = shape.count; query < shape.count + 3; query++) {
        const [one, other] = graphs.map((graph) => foundBy(graph, codeOf(codes, query, shape), shape.beam));
        expect(one).toEqual(other);
      }
      expect(graphs[0]?.parts()).toEqual(graphs[1]?.parts());
      const dropped = Uint8Array.from(gone, Number);
      const kept = Uint32Array.from(levels.keys()).filter((node) => dropped[node] === 0);
      for (const graph of graphs) {
        for (const _ of graph.repair(dropped, shape.beam));
        graph.compact(kept);
      }
      expect(graphs[0]?.parts()).toEqual(graphs[1]?.parts());
    }),
    { numRuns: 40 },
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
  const codes = Int16Array.from({ length: 16 * 500 }, (_, at) => ((at * 7919) % 255) - 127);
  for (let node = 0; node < 500; node++) graph.add(codeOf(codes, node, { columns: 16, factor: 1 }), node % 3, 300);
  expect(graph.search(codeOf(codes, 3, { columns: 16, factor: 1 }), 400).nodes.length).toBeGreaterThan(300);
  expect(before.uint8().every((byte) => byte === 7)).toBe(true);
  expect(after.uint8().every((byte) => byte === 9)).toBe(true);
  graph.close();
  expect(memory.usedBytes).toBe(usedBytes + 4096);
});

it.each([
  { what: 'nodes', ask: (graph: Graph) => graph.reserve(5000) },
  { what: 'nodes and a wide beam', ask: (graph: Graph) => graph.makeRoom(5000, 0, 20_000) },
])('answers as before when room for $what was refused, whatever is written elsewhere', ({ ask }) => {
  const shape = { columns: 64, degree: 8, factor: 1 as const };
  const random = linear(5);
  const codes = Int16Array.from({ length: 1000 * shape.columns }, () => Math.floor(random() * 479) - 239);
  let refused = 0;
  for (let maxBytes = 400_000; maxBytes <= 1_600_000; maxBytes += 60_000) {
    const memory = new KernelMemory({ maxBytes });
    const graph = new Graph(memory, shape);
    for (let node = 0; node < 1000; node++) graph.add(codeOf(codes, node, shape), node % 3, 16);
    const before = foundBy(graph, codeOf(codes, 7, shape), 30);
    if (!throwsMemoryLimit(() => ask(graph))) continue;
    refused++;
    fillUp(memory);
    expect(foundBy(graph, codeOf(codes, 7, shape), 30), `${maxBytes} bytes`).toEqual(before);
  }
  expect(refused).toBeGreaterThan(3);
});

it('repairs on when room is made between two steps', () => {
  const shape = { columns: 32, degree: 8, factor: 1 as const };
  const random = linear(6);
  const codes = Int16Array.from({ length: 300 * shape.columns }, () => Math.floor(random() * 479) - 239);
  const [one, other] = [0, 1].map((at) => {
    const memory = new KernelMemory({ maxBytes: 2_000_000 });
    const graph = new Graph(memory, shape);
    for (let node = 0; node < 300; node++) graph.add(codeOf(codes, node, shape), node % 3, 32);
    let steps = 0;
    for (const _ of graph.repair(
      Uint8Array.from({ length: 300 }, (_, node) => node % 2),
      32,
    )) {
      if (at === 0 || ++steps !== 20) continue;
      graph.reserve(3000);
      fillUp(memory);
    }
    return graph.parts().links.slice();
  });
  expect(one).toEqual(other);
});

it('after a repair nothing leads to what went, and all that stays is found', () => {
  fc.assert(
    fc.property(problems, ({ shape, codes, levels, gone }) => {
      const graph = new Graph(memoryOf('simd'), { ...shape, degree: 8 });
      for (const [node, level] of levels.entries()) graph.add(codeOf(codes, node, shape), level, 200);
      const kept = Uint32Array.from(levels.keys()).filter((node) => !gone[node]);
      for (const _ of graph.repair(Uint8Array.from(gone, Number), 200));
      graph.compact(kept);
      expect(graph.size).toBe(kept.length);
      expect([...graph.parts().levels]).toEqual([...kept].map((node) => levels[node]));
      const { nodes } = graph.search(codeOf(codes, shape.count, shape), 200);
      expect([...nodes].toSorted((left, right) => left - right)).toEqual([...kept.keys()]);
    }),
    { numRuns: 60 },
  );
});

describe('linking in threads', () => {
  const shape = { columns: 32, degree: 8, factor: 1 as const };
  const count = 3000;
  const random = linear(11);
  const codes = Int16Array.from({ length: count * shape.columns }, () => Math.floor(random() * 479) - 239);

  it('links all nodes, and finds what one thread’s graph finds, within noise', async () => {
    const memory = new KernelMemory({ sharing: 'shared' });
    expect(hasKernelWorkers(memory)).toBe(true);
    const [one, many] = [new Graph(memory, shape), new Graph(memory, shape)];
    const { usedBytes } = memory;
    many.makeRoom(count, count, 64);
    for (let node = 0; node < count; node++) {
      one.add(codeOf(codes, node, shape), levelAt(node), 64);
      many.append(codeOf(codes, node, shape), levelAt(node));
    }
    const seen: number[] = [];
    const linked = await many.linkInThreads(0, { beam: 64, workers: 3, onLinked: (nodes) => seen.push(nodes) });
    expect(linked).toBe(count);
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    const recalls = [one, many].map((graph) => recallOf(graph));
    expect(recalls[0]).toBeGreaterThan(0.8);
    // 1,000 neighbours are looked up: .05 is about three standard deviations of the difference.
    expect(Math.abs((recalls[0] ?? 0) - (recalls[1] ?? 0))).toBeLessThan(0.05);
    many.close();
    one.close();
    expect(memory.usedBytes).toBeLessThan(usedBytes);
  });

  it('ends at once when the signal has fired, and what is linked is sound', async () => {
    const graph = new Graph(new KernelMemory({ sharing: 'shared' }), shape);
    for (let node = 0; node < count; node++) {
      graph.makeRoom(node + 1, levelAt(node), 64);
      graph.append(codeOf(codes, node, shape), levelAt(node));
    }
    const stopped = new AbortController();
    stopped.abort();
    expect(await graph.linkInThreads(0, { beam: 64, workers: 2, signal: stopped.signal })).toBe(0);
    const later = new AbortController();
    const onLinked = (nodes: number): void => {
      if (nodes > 1) later.abort();
    };
    const linked = await graph.linkInThreads(0, { beam: 2000, workers: 2, signal: later.signal, onLinked });
    expect(linked).toBeGreaterThan(1);
    expect(linked).toBeLessThan(count);
    const { nodes } = graph.search(codeOf(codes, 0, shape), 100);
    expect([...nodes].every((node) => node < linked)).toBe(true);
  });

  it('refuses meanwhile what moves nodes or drops them', async () => {
    const graph = appended(new KernelMemory({ sharing: 'shared' }));
    const linking = graph.linkInThreads(0, { beam: 64, workers: 2 });
    const refused = expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' });
    expect(() => graph.reserve(2 * count)).toThrow(refused);
    expect(() => graph.makeRoom(2 * count, 0, 64)).toThrow(refused);
    expect(() => graph.compact(Uint32Array.of(0))).toThrow(refused);
    expect(() => graph.restore(graph.parts())).toThrow(refused);
    expect(() => graph.close()).toThrow(refused);
    await expect(graph.linkInThreads(0, { beam: 64, workers: 2 })).rejects.toThrow(refused);
    expect(await linking).toBe(count);
    graph.reserve(2 * count);
    graph.close();
  });

  it('leaves no thread at work when another cannot be started', async () => {
    const memory = new MemoryForOne({ sharing: 'shared' });
    const graph = appended(memory);
    const other = appended(new KernelMemory({ sharing: 'shared' }));
    const { usedBytes } = memory;
    await expect(graph.linkInThreads(0, { beam: 64, workers: 2 })).rejects.toThrow('no more');
    expect(memory.usedBytes).toBe(usedBytes);
    const { links } = graph.parts();
    const before = links.slice();
    // By then a thread that was left would have started.
    await other.linkInThreads(0, { beam: 64, workers: 2 });
    expect(links).toEqual(before);
  });

  it('leaves no bytes behind when there is no room for the threads', async () => {
    const memory = new KernelMemory({ sharing: 'shared', maxBytes: 2_000_000 });
    const graph = appended(memory);
    const { usedBytes } = memory;
    await expect(graph.linkInThreads(0, { beam: 64, workers: 64 })).rejects.toThrow(MemoryLimitError);
    expect(memory.usedBytes).toBe(usedBytes);
    expect(await graph.linkInThreads(0, { beam: 64, workers: 2 })).toBe(count);
  });

  it('rejects with what a listener throws', async () => {
    const graph = appended(new KernelMemory({ sharing: 'shared' }));
    const onLinked = (): void => {
      throw new Error('enough');
    };
    await expect(graph.linkInThreads(0, { beam: 4000, workers: 2, onLinked })).rejects.toThrow('enough');
  });

  function appended(memory: KernelMemory): Graph {
    const graph = new Graph(memory, shape);
    graph.makeRoom(count, count, 64);
    for (let node = 0; node < count; node++) graph.append(codeOf(codes, node, shape), levelAt(node));
    return graph;
  }

  function recallOf(graph: Graph): number {
    let found = 0;
    for (let at = 0; at < 100; at++) {
      const query = codeOf(codes, at * 29, shape);
      const scores = Array.from({ length: count }, (_, node) => exactScore(query, codeOf(codes, node, shape), 1));
      const tenth = scores.toSorted((left, right) => right - left)[9] ?? 0;
      found += [...graph.search(query, 40).scores].slice(0, 10).filter((score) => score >= tenth).length;
    }
    return found / 1000;
  }

  function levelAt(node: number): number {
    return node % 64 === 0 ? 2 : Number(node % 8 === 0);
  }
});

/** Only one worker gets it: as where a platform starts no more threads. */
class MemoryForOne extends KernelMemory {
  #left = 1;

  override shareable(): ReturnType<KernelMemory['shareable']> {
    if (this.#left-- === 0) throw new Error('no more');
    return super.shareable();
  }
}

function throwsMemoryLimit(ask: () => void): boolean {
  try {
    ask();
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(MemoryLimitError);
    return true;
  }
}

/** Takes all that is free, and fills it. */
function fillUp(memory: KernelMemory): void {
  while (!throwsMemoryLimit(() => memory.allocate(64).uint8().fill(0xff)));
}

function foundBy(graph: Graph, query: Code, beam: number): { nodes: number[]; scores: number[] } {
  const { nodes, scores } = graph.search(query, beam);
  return { nodes: [...nodes], scores: [...scores] };
}

/** Pseudo-random numbers from 0 to below 1: a linear congruential generator. */
function linear(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function memoryOf(engine: 'simd' | 'scalar'): KernelMemory {
  return new KernelMemory({ engine });
}

/** With scale 1 and, for distances, a bias of -|x|²: all scores are whole numbers. */
function codeOf(all: Int16Array, node: number, { columns, factor }: { columns: number; factor: 1 | 2 }) {
  const integers = all.subarray(node * columns, (node + 1) * columns);
  return {
    integers,
    scale: 1,
    bias: factor === 1 ? 0 : 0 - integers.reduce((sum, integer) => sum + integer * integer, 0),
  };
}

type Code = ReturnType<typeof codeOf>;

function exactScore(query: Code, node: Code, factor: 1 | 2): number {
  const terms = Array.from(query.integers, (integer, column) => {
    const other = node.integers[column] ?? 0;
    return factor === 1 ? integer * other : -((integer - other) ** 2);
  });
  return terms.reduce((sum, term) => sum + term, 0);
}
