import { InvalidInputError, type Neighbours, type SavedIndex, type VectorIndex } from '@sluice/core';
import { describe, expect, it } from 'vitest';
import { expectCaught, withChanged } from '../kit/expect-caught.js';
import { failedChecks } from '../kit/run-checks.js';
import { exactIndex, loadExactIndex } from './exact-index.js';
import { neighboursOf } from './neighbours.js';
import { vectorIndexChecks } from './test-vector-index.js';

type Break = (index: VectorIndex) => Partial<VectorIndex>;

const broken: readonly { why: string; caughtBy: string; change: Break }[] = [
  {
    why: 'equal scores by falling ordinal',
    caughtBy: 'finds the nearest, equal scores by ordinal',
    change: (index) => ({
      search: (queries, options) =>
        eachList(index.search(queries, options), (list) =>
          list.toSorted((a, b) => b.score - a.score || b.ordinal - a.ordinal),
        ),
    }),
  },
  {
    why: 'the furthest first',
    caughtBy: 'finds the nearest, equal scores by ordinal',
    change: (index) => ({
      search: (queries, options) => eachList(index.search(queries, options), (list) => list.toReversed()),
    }),
  },
  {
    why: 'the second best left out',
    caughtBy: 'finds the nearest, equal scores by ordinal',
    change: (index) => ({
      search: (queries, options) =>
        eachList(index.search(queries, options), (list) => list.filter((_, at) => at !== 1)),
    }),
  },
  {
    why: 'padding up to topK',
    caughtBy: 'an empty index finds nothing',
    change: (index) => ({
      search: (queries, options) =>
        eachList(index.search(queries, options), (list) => [
          ...list,
          ...Array(options.topK - list.length).fill({ ordinal: 0xffffffff, score: -Infinity }),
        ]),
    }),
  },
  {
    why: 'the filter ignored',
    caughtBy: 'finds the nearest of those that pass the filter',
    change: (index) => ({ search: (queries, { topK }) => index.search(queries, { topK }) }),
  },
  {
    why: 'the filter applied after topK',
    caughtBy: 'finds the nearest of those that pass the filter',
    change: (index) => ({
      search: (queries, { topK, filter }) =>
        eachList(index.search(queries, { topK }), (list) => list.filter(({ ordinal }) => filter?.has(ordinal) ?? true)),
    }),
  },
  {
    why: 'every query answered as the first',
    caughtBy: 'answers a batch as it answers each query alone',
    change: (index) => ({
      search: (queries, options) => {
        const found = index.search(queries, options);
        const [first = []] = listsOf(found);
        return eachList(found, () => first);
      },
    }),
  },
  {
    why: 'queries scaled in place',
    caughtBy: 'leaves the queries as they were',
    change: (index) => ({
      search: (queries, options) => {
        const found = index.search(queries, options);
        queries.data.forEach((value, at) => {
          queries.data[at] = value / 2;
        });
        return found;
      },
    }),
  },
  {
    why: 'vectors kept instead of copied',
    caughtBy: 'copies what is added, and leaves the arrays as they were',
    change: (index) => {
      const kept: Parameters<VectorIndex['add']>[] = [];
      return {
        add: (...added) => {
          index.add(...added);
          kept.push(added);
        },
        search: (queries, options) => {
          const again = exactIndex(index);
          for (const [ordinals, { data, columns }] of kept) {
            ordinals.forEach((ordinal, row) => {
              again.add(Uint32Array.of(ordinal), {
                data: data.slice(row * columns, (row + 1) * columns),
                rows: 1,
                columns,
              });
            });
          }
          return again.search(queries, options);
        },
      };
    },
  },
  {
    why: 'rows before a bad one added',
    caughtBy: 'refuses a row that is not finite, or zero under cosine, with its number, and adds nothing of that call',
    change: (index) => ({
      add: (ordinals, { data, rows, columns }) => {
        for (let row = 0; row < rows; row++) {
          const one = { data: data.slice(row * columns, (row + 1) * columns), rows: 1, columns };
          try {
            index.add(ordinals.slice(row, row + 1), one);
          } catch (cause) {
            throw new InvalidInputError({ source: 'vectors', row }, 'bad', 'Correct it.', { cause });
          }
        }
      },
    }),
  },
  {
    why: 'no row in the error',
    caughtBy: 'refuses a row that is not finite, or zero under cosine, with its number, and adds nothing of that call',
    change: (index) => ({
      add: (ordinals, vectors) => {
        try {
          index.add(ordinals, vectors);
        } catch (cause) {
          throw new InvalidInputError({ source: 'vectors' }, 'bad', 'Correct it.', { cause });
        }
      },
    }),
  },
  {
    why: 'the old vector kept under an ordinal that is there',
    caughtBy: 'gives an ordinal that is there the new vector',
    change: (index) => {
      const seen = new Set<number>();
      return {
        add: (ordinals, { data, columns }) =>
          ordinals.forEach((ordinal, row) => {
            if (seen.has(ordinal)) return;
            seen.add(ordinal);
            index.add(Uint32Array.of(ordinal), {
              data: data.slice(row * columns, (row + 1) * columns),
              rows: 1,
              columns,
            });
          }),
      };
    },
  },
  {
    why: 'what was not there counted as removed',
    caughtBy: 'removes what is there, ignores what is not, and says how many went',
    change: (index) => ({
      remove: (ordinals) => {
        index.remove(ordinals);
        return ordinals.length;
      },
    }),
  },
  {
    why: 'removal forgotten',
    caughtBy: 'stays equal to brute force through any additions and removals',
    change: () => ({ remove: (ordinals) => ordinals.length }),
  },
  { why: 'any topK taken', caughtBy: 'refuses topK 0', change: (index) => clampedTopK(index) },
  { why: 'a fraction of topK taken', caughtBy: 'refuses topK 1.5', change: (index) => clampedTopK(index) },
  {
    why: 'any recall taken',
    caughtBy: 'refuses recall 1.1',
    change: (index) => ({ search: (queries, { recall: _, ...options }) => index.search(queries, options) }),
  },
  {
    why: 'NaN for ordinals that are not there',
    caughtBy: 'refuses to score an ordinal that is not there, or was removed',
    change: (index) => ({
      score: (...call) => {
        try {
          return index.score(...call);
        } catch {
          return new Float32Array(call[2].length).fill(Number.NaN);
        }
      },
    }),
  },
  {
    why: 'scores in falling order',
    caughtBy: 'scores chosen vectors exactly, in the order asked for',
    change: (index) => ({
      score: (...call) =>
        index
          .score(...call)
          .sort()
          .reverse(),
    }),
  },
  {
    why: 'lengths squared in float32',
    caughtBy: 'cosine ignores length, however long or short a vector is',
    change: (index) => ({
      search: (queries, options) => {
        const found = index.search(queries, options);
        const square = Math.fround((queries.data[0] ?? 0) ** 2);
        return {
          ...found,
          scores: found.scores.map((score) => (square > 0 && square < Infinity ? score : Number.NaN)),
        };
      },
    }),
  },
  {
    why: 'no bytes',
    caughtBy: 'counts the vectors that can be found, and the bytes that they take',
    change: () => ({ bytes: 0 }),
  },
];

it('breaking nothing is not caught', async () => {
  const create: typeof exactIndex = (shape) => withChanged(exactIndex(shape), {});
  expect(await failedChecks(vectorIndexChecks({ create, load: loadExactIndex }))).toEqual([]);
});

describe('a broken index is caught', () => {
  it.each(broken)('$why', async ({ change, caughtBy }) => {
    const create: typeof exactIndex = (shape) => {
      const index = exactIndex(shape);
      return withChanged(index, change(index));
    };
    await expectCaught(vectorIndexChecks({ create, load: loadExactIndex }, { seed: 7 }), caughtBy);
  });

  const shared = new Map<SavedIndex, VectorIndex>();
  it.each<{ why: string; caughtBy: string; create?: typeof exactIndex; load: (saved: SavedIndex) => VectorIndex }>([
    {
      why: 'blocks not measured',
      caughtBy: 'refuses to load a block that is cut short',
      load: (saved) => loadExactIndex({ ...saved, blocks: padded(saved.blocks) }),
    },
    {
      why: 'a version from the future read as this one',
      caughtBy: 'refuses to load another kind, and a version from the future',
      load: (saved) => loadExactIndex({ ...saved, version: 1 }),
    },
    {
      why: 'a loader that crashes on a bad header',
      caughtBy: 'refuses to load a header that is no object, or is empty',
      load: (saved) => {
        if (JSON.stringify(saved.header).length < 20) throw new TypeError('undefined is not a function');
        return loadExactIndex(saved);
      },
    },
    {
      why: 'the saved index handed back as loaded',
      caughtBy: 'a loaded index is on its own: changing either leaves the other',
      create: (shape) => {
        const index = exactIndex(shape);
        return withChanged(index, {
          save: () => {
            const saved = index.save();
            shared.set(saved, index);
            return saved;
          },
        });
      },
      load: (saved) => shared.get(saved) ?? loadExactIndex(saved),
    },
  ])('$why', async ({ create = exactIndex, load, caughtBy }) => {
    await expectCaught(vectorIndexChecks({ create, load }, { seed: 7 }), caughtBy);
  });

  it('half of the vectors never found, with a promise of .95', async () => {
    const create: typeof exactIndex = (shape) => {
      const index = exactIndex(shape);
      return withChanged(index, {
        search: (queries, options) =>
          eachList(index.search(queries, options), (list) => list.filter(({ ordinal }) => ordinal % 2 === 0)),
      });
    };
    const checks = vectorIndexChecks({ create, load: loadExactIndex }, { recall: 0.95, seed: 7 });
    await expectCaught(checks, 'finds 0.95 of the true ten nearest when asked to');
  });
});

interface Neighbour {
  readonly ordinal: number;
  readonly score: number;
}

function listsOf(found: Neighbours): Neighbour[][] {
  return Array.from({ length: found.offsets.length - 1 }, (_, row) => {
    const { ordinals, scores } = neighboursOf(found, row);
    return Array.from(ordinals, (ordinal, at) => ({ ordinal, score: scores[at] ?? 0 }));
  });
}

function eachList(found: Neighbours, change: (list: Neighbour[]) => Neighbour[]): Neighbours {
  const lists = listsOf(found).map(change);
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach(({ length }, row) => {
    offsets[row + 1] = (offsets[row] ?? 0) + length;
  });
  return {
    offsets,
    ordinals: Uint32Array.from(lists.flat(), ({ ordinal }) => ordinal),
    scores: Float32Array.from(lists.flat(), ({ score }) => score),
  };
}

function clampedTopK(index: VectorIndex): Partial<VectorIndex> {
  return {
    search: (queries, { topK, ...options }) =>
      index.search(queries, { ...options, topK: Math.max(1, Math.floor(topK)) }),
  };
}

function padded(blocks: SavedIndex['blocks']): SavedIndex['blocks'] {
  return Object.fromEntries(
    Object.entries(blocks).map(([name, block]) => {
      const bytes = new Uint8Array(Math.ceil(block.length / 4) * 4);
      bytes.set(block);
      return [name, bytes];
    }),
  );
}
