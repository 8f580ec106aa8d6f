import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { JudgedRanking } from '../judged-ranking.js';
import { type Aggregate, mean } from './aggregate.js';
import type { Measure } from './measure.js';
import { formatMeasureName } from './measure-name.js';

/** A parameter's value in a measure's name. */
export type ParameterValue = number | string | boolean | Readonly<Record<string, number>>;

/** Parameters by name; the number after `@` is `cutoff` (or `recall`, for a family that says so). */
export type Parameters = Readonly<Record<string, ParameterValue | undefined>>;

/** Measures that differ in their parameters: `P@5`, `P(rel=2)@10`. */
export interface MeasureFamily {
  /** What stands before the parameters. Unique among the families that {@link parseMeasure} is given. */
  readonly name: string;
  /** Which parameter stands after `@`. */
  readonly at: 'cutoff' | 'recall';
  /** @throws {InvalidOptionsError} a parameter is unknown, missing or out of range; `path` names it */
  make(parameters: Parameters): Measure;
}

/** What {@link measureFamily} needs to know. */
export interface MeasureFamilyParts<Values extends Parameters> {
  readonly name: string;
  /** Checks the parameters and fills in defaults. */
  readonly parameters: z.ZodType<Values>;
  readonly at?: 'cutoff' | 'recall';
  /** Default: the mean. */
  readonly aggregate?: Aggregate;
  /** Default `real`. */
  readonly kind?: Measure['kind'];
  readonly of: (query: JudgedRanking, values: Values) => number;
}

/** Declares a family of measures. */
export function measureFamily<Values extends Parameters>(parts: MeasureFamilyParts<Values>): MeasureFamily {
  const { name, parameters, at = 'cutoff', aggregate = mean, kind = 'real', of } = parts;
  return {
    name,
    at,
    make(given) {
      const values = parseOptions(parameters, given, name);
      return { name: formatMeasureName(name, given, at), aggregate, kind, of: (query) => of(query, values) };
    },
  };
}

/** Least grade that counts as relevant, an integer of at least 1. @default 1 */
export const rel: z.ZodDefault<z.ZodInt> = z.int().min(1).default(1);
/** A rank: an integer of at least 1. */
export const rank: z.ZodInt = z.int().min(1);
