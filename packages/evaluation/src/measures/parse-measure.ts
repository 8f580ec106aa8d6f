import { InvalidOptionsError } from '@sluice/core';
import { averagePrecision, geometricAveragePrecision } from './average-precision.js';
import { binaryPreference, geometricBinaryPreference } from './binary-preference.js';
import { binaryContextualGain, contextualGain } from './contextual-gain.js';
import {
  nonrelevantRetrievedCount,
  queryCount,
  relevantCount,
  relevantRetrievedCount,
  retrievedCount,
} from './counts.js';
import { inferredAveragePrecision } from './inferred-average-precision.js';
import { elevenPointPrecision, interpolatedPrecision } from './interpolated-precision.js';
import { judgedShare, unjudgedShare } from './judged.js';
import type { Measure } from './measure.js';
import type { MeasureFamily } from './measure-family.js';
import { splitMeasureName } from './measure-name.js';
import { discountedGain, gainAtLevels, gainAtRelevant, normalizedGain } from './ndcg.js';
import { precision, precisionAtMultiple, precisionAtR, relativePrecision } from './precision.js';
import { rankBiasedPrecision } from './rank-biased-precision.js';
import { recall, success } from './recall.js';
import { reciprocalRank } from './reciprocal-rank.js';
import { setAveragePrecision, setF, setPrecision, setRecall, setRelativePrecision, utility } from './set-measures.js';

/** The measures that {@link parseMeasure} knows. */
export const measureFamilies: readonly MeasureFamily[] = [
  normalizedGain,
  reciprocalRank,
  averagePrecision,
  recall,
  precision,
  success,
  precisionAtR,
  binaryPreference,
  judgedShare,
  interpolatedPrecision,
  rankBiasedPrecision,
  inferredAveragePrecision,
  discountedGain,
  setPrecision,
  setRecall,
  setF,
  setAveragePrecision,
  setRelativePrecision,
  relativePrecision,
  precisionAtMultiple,
  elevenPointPrecision,
  geometricAveragePrecision,
  geometricBinaryPreference,
  gainAtRelevant,
  gainAtLevels,
  binaryContextualGain,
  contextualGain,
  utility,
  unjudgedShare,
  queryCount,
  retrievedCount,
  relevantCount,
  relevantRetrievedCount,
  nonrelevantRetrievedCount,
];

/**
 * A measure by its name, as ir_measures writes it.
 *
 * @param text `nDCG@10`, `AP(rel=2)@1000`, `nDCG(dcg='exp-log2')@10`, `IPrec@0.1`
 * @param families where to look; add your own to {@link measureFamilies}
 * @throws {InvalidOptionsError} the name cannot be read, is not known, or a parameter is wrong
 */
export function parseMeasure(text: string, families: readonly MeasureFamily[] = measureFamilies): Measure {
  const { family: name, parameters, at } = splitMeasureName(text);
  const family = families.find((candidate) => candidate.name === name);
  if (!family) {
    const known = families.map((candidate) => candidate.name).join(', ');
    throw new InvalidOptionsError({
      owner: 'measure',
      issues: [{ path: '', message: `'${name}' is not known; known are ${known}` }],
    });
  }
  return family.make(at === undefined ? parameters : { ...parameters, [family.at]: at });
}

/** Measures by name or as they are. */
export function parseMeasures(
  measures: readonly (string | Measure)[],
  families: readonly MeasureFamily[] = measureFamilies,
): Measure[] {
  return measures.map((measure) => (typeof measure === 'string' ? parseMeasure(measure, families) : measure));
}
