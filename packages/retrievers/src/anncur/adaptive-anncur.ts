import { InvalidInputError, InvalidOptionsError, type Matrix, paced, parseOptions, type Retriever } from '@sluice/core';
import { z } from 'zod';
import { expectSpace } from '../expect-space.js';
import { foretellSteps } from './foretell.js';
import { randomAnchors } from './random-anchors.js';
import { type OpenSearch, type ScorerSearch, scorerRetriever } from './scorer-search.js';

/** Options of {@link adaptiveAnncur}. */
export interface AdaptiveAnncurOptions extends ScorerSearch {
  /** Exact scores of anchor queries, queries x items: what `scoreMatrix` gives. Kept, not copied. */
  readonly scores: Matrix;
  /**
   * Items that are scored for a query, at least 1.
   * @default 100
   */
  readonly calls?: number | undefined;
  /**
   * In how many portions, at least 1. One is a list of the items to begin with.
   * @default 5
   */
  readonly rounds?: number | undefined;
  /**
   * Singular values of the scores of what was scored, below this share of the largest, are left out. 0 to below 1.
   * @default 0.1
   */
  readonly rcond?: number | undefined;
  /**
   * Whose best items are scored first: a cheap source over the same space. Asked with the filter of the search.
   * @default the same random items for every query
   */
  readonly start?: Retriever | undefined;
  /**
   * Of the random items.
   * @default 0
   */
  readonly seed?: number | undefined;
}

interface Settings {
  readonly name: string;
  readonly calls: number;
  readonly rounds: number;
  readonly rcond: number;
  readonly seed: number;
}

const schema: z.ZodType<Settings, Partial<{ [Key in keyof Settings]: Settings[Key] | undefined }>> = z.strictObject({
  name: z.string().min(1).default('anncur'),
  calls: z.int().min(1).default(100),
  rounds: z.int().min(1).default(5),
  rcond: z.number().min(0).lt(1).default(0.1),
  seed: z.int().default(0),
});

/**
 * {@link anncur} that chooses the anchors of each query as it goes.
 *
 * Scores a few items, foretells the scores of all from those, scores the most promising, and so on: every item that is
 * scored is an anchor of the next round, so the approximation becomes good where it matters. Better for the very first
 * results, which a map with fixed anchors misses.
 *
 * Cost of a query besides the calls: in each round, queries x (scored² + items) multiplications for the scores of
 * anchor queries, in steps of one to two milliseconds.
 *
 * Source: Yadav et al. 2023, "Efficient k-NN search with cross-encoders using adaptive multi-round CUR decomposition"
 * (arXiv 2305.02996).
 *
 * @throws {InvalidOptionsError} an option is out of range, or `scores` are of another number of items
 * @throws {InvalidInputError} a score is not finite
 * @throws {SpaceMismatchError} in a search: `start` answers with items of another space
 * @example adaptiveAnncur({ scores, score: scorerOf(crossEncoder, space), scale: logitScale, space, start: hybrid })
 */
export function adaptiveAnncur(options: AdaptiveAnncurOptions): Retriever {
  const { scores, score, scale, space, bitmapOf, start, ...rest } = options;
  const { name, calls, rounds, rcond, seed } = parseOptions(schema, rest, 'adaptiveAnncur');
  expectScores(scores, space.size);
  const portion = Math.ceil(calls / rounds);
  const random = randomAnchors(space.size, portion, seed);

  return scorerRetriever(name, { score, scale, space, bitmapOf }, async (search) => {
    const { lists, scoreEach, passes, call } = search;
    await scoreEach(await firstItems(search, { start, space }, random));
    for (let spent = portion; spent < calls; spent += portion) {
      const next: Uint32Array[] = [];
      for (const list of lists) {
        const approximate = await paced(foretellSteps(scores, list, rcond), call.signal);
        next.push(list.best(approximate, Math.min(portion, calls - spent), passes));
      }
      if (next.every((ordinals) => ordinals.length === 0)) break;
      await scoreEach(next);
    }
  });
}

/** What each query begins with: the source's best, and random items where it has not enough. */
async function firstItems(
  { queries, filter, call }: OpenSearch,
  { start, space }: Pick<AdaptiveAnncurOptions, 'start' | 'space'>,
  random: Uint32Array,
): Promise<Uint32Array[]> {
  if (!start || random.length === 0) return queries.map(() => random);
  const found = await start.retrieve(queries, { topK: random.length, ...(filter && { filter }), ...call });
  // Ordinals of another space would be other items here, and nothing would show it.
  expectSpace(space, found);
  return found.map(({ ordinals }) => Uint32Array.from(new Set([...ordinals, ...random])).slice(0, random.length));
}

function expectScores({ data, columns, rows }: Matrix, size: number): void {
  if (columns !== size) {
    const issues = [{ path: 'scores', message: `are of ${columns} items, and the space has ${size}` }];
    throw new InvalidOptionsError({ owner: 'adaptiveAnncur', issues });
  }
  const wrong = data.findIndex((score) => !Number.isFinite(score));
  if (wrong < 0 || rows === 0) return;
  const position = { source: 'scores', row: Math.floor(wrong / columns) };
  throw new InvalidInputError(position, `${data[wrong]} is not a score`, 'Pass finite scores.');
}
