import { type DocumentSpace, InvalidOptionsError, paced, parseOptions, type Retriever } from '@sluice/core';
import { z } from 'zod';
import { type AnchorMap, approximateSteps } from './anchor-map.js';
import { type ScorerSearch, scorerRetriever } from './scorer-search.js';

/** Options of {@link anncur}. */
export interface AnncurOptions extends ScorerSearch {
  /** Fitted on scores of this scorer over this space. */
  readonly map: AnchorMap;
  /**
   * Items that are scored for a query, anchors included. At least as many as there are anchors.
   * @default twice the anchors
   */
  readonly calls?: number | undefined;
}

const schema: z.ZodType<{ name: string; calls?: number | undefined }> = z.strictObject({
  name: z.string().min(1).default('anncur'),
  calls: z.int().min(0).optional(),
});

/**
 * Finds the items that a costly scorer (a cross-encoder) likes best, without an index of another model.
 *
 * Scores the anchors, foretells the scores of all items from those, scores the most promising with what is left of the
 * calls, and ranks whatever was scored by its exact score: at most `calls` results. With `calls` of the size of the space
 * that is the exact ranking. Weak for the very first result; see `adaptiveAnncur`.
 *
 * Cost of a query besides the calls: items x anchors multiplications.
 *
 * Source: Yadav et al. 2022 (arXiv 2210.12579).
 *
 * @throws {InvalidOptionsError} `calls` is below the number of anchors, or the map is of another number of items
 * @example anncur({ map, score: scorerOf(crossEncoder, space), scale: logitScale, space, calls: 200 })
 */
export function anncur({ map, name: column, calls: most, ...search }: AnncurOptions): Retriever {
  const { name, calls = 2 * map.anchors.length } = parseOptions(schema, { name: column, calls: most }, 'anncur');
  expectFit(map, search.space, calls);
  return scorerRetriever(name, search, async ({ lists, scoreEach, passes, call }) => {
    await scoreEach(lists.map(() => map.anchors));
    const left = calls - map.anchors.length;
    const promising: Uint32Array[] = [];
    for (const list of lists) {
      const approximate = await paced(approximateSteps(map, list.scores), call.signal);
      promising.push(list.best(approximate, left, passes));
    }
    await scoreEach(promising);
  });
}

function expectFit({ anchors, itemVectors }: AnchorMap, { size }: DocumentSpace, calls: number): void {
  const refused = (path: string, message: string): InvalidOptionsError =>
    new InvalidOptionsError({ owner: 'anncur', issues: [{ path, message }] });
  if (itemVectors.rows !== size) throw refused('map', `was fitted on ${itemVectors.rows} items, not ${size}`);
  if (calls < anchors.length) throw refused('calls', `${calls} is less than the ${anchors.length} anchors`);
}
