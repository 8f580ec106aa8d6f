import { parseOptions, type RelevanceFilter } from '@sluice/core';
import { z } from 'zod';
import { type FloorFilterOptions, floorFilter, floorFilterFields } from '../relevance/floor-filter.js';
import { cutProbabilities, loadTruncation, type TruncationModel, truncationToJson } from './truncation-model.js';

/** The options as a pipeline file has them, beside the model. */
export const truncateListFields: ReturnType<typeof floorFilterFields> = floorFilterFields('dense');

const schema = z.strictObject(truncateListFields);

/**
 * Cuts each list where a model says that the best cut is: `fitTruncation`, after Choppy. Nothing stays where that is best.
 *
 * @throws {InvalidOptionsError} an option is out of range, or the model is not one
 */
export function truncateList(model: TruncationModel, options: FloorFilterOptions = {}): RelevanceFilter {
  const { column, minKeep } = parseOptions(schema, options, 'truncateList');
  const probabilitiesOf = cutProbabilities(loadTruncation(model));
  const spec = { type: 'truncateList', model: truncationToJson(model), column, minKeep };
  return floorFilter({ name: 'truncateList', column, minKeep, spec, floorOf });

  function floorOf(scores: Float32Array): number {
    const falling = Float32Array.from(scores).sort().reverse();
    const probabilities = probabilitiesOf(falling);
    const place = probabilities.indexOf(probabilities.reduce((best, each) => Math.max(best, each), 0));
    return place === 0 ? Number.POSITIVE_INFINITY : (falling[place - 1] ?? 0);
  }
}
