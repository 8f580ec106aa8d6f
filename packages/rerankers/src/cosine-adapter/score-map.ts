import { sigmoid, softplus } from '../network/sigmoid.js';

/**
 * How a cosine becomes a logit: `sign(x) * a * |x|^k + b`, with a and b (and k) given by the query.
 *
 * `linear` k = 1, `sqrt` k = 1/2, `quadratic` k = 2, `power` k learnt between 0 and 2, `offset` a = 1 and k = 1.
 */
export type MapFamily = 'linear' | 'sqrt' | 'quadratic' | 'power' | 'offset';

/** All families. */
export const mapFamilies: readonly MapFamily[] = ['linear', 'sqrt', 'quadratic', 'power', 'offset'];

/**
 * How the network's number for `a` becomes a slope above 0: `softplus` for networks trained here, `rectified` for weights
 * that were trained with `a` as it came, which keeps their map wherever it kept the order.
 */
export type SlopeRule = 'softplus' | 'rectified';

/** All rules. */
export const slopeRules: readonly SlopeRule[] = ['softplus', 'rectified'];

/** Slope of a map that would fall: nearly flat, and still no change of order. */
const LEAST_SLOPE = 1e-6;

/** A query's map. `a` is above 0, so the map never changes an order. */
export interface ScoreMap {
  readonly a: number;
  readonly b: number;
  readonly k: number;
}

/** What a family needs of the network. */
interface FamilyFacts {
  /** Numbers that the network gives for a query: b alone; a and b; a, b and k. */
  readonly outputs: 1 | 2 | 3;
  /** The exponent, where it is fixed. */
  readonly exponent: number;
}

const FACTS: Readonly<Record<MapFamily, FamilyFacts>> = {
  offset: { outputs: 1, exponent: 1 },
  linear: { outputs: 2, exponent: 1 },
  sqrt: { outputs: 2, exponent: 0.5 },
  quadratic: { outputs: 2, exponent: 2 },
  power: { outputs: 3, exponent: 1 },
};

/** Numbers that the network gives for a query, 1 to 3: in the order b, a, k. */
export function outputsOf(family: MapFamily): number {
  return FACTS[family].outputs;
}

/** The exponent of the family, or the one that `power` starts from. */
export function exponentOf(family: MapFamily): number {
  return FACTS[family].exponent;
}

/** The map that the network's raw outputs mean: `a = softplus`, `k = 2 sigmoid`, so that every output is allowed. */
export function mapOf(
  family: MapFamily,
  raw: Float32Array | Float64Array,
  begin = 0,
  slope: SlopeRule = 'softplus',
): ScoreMap {
  const { outputs, exponent } = FACTS[family];
  const b = raw[begin] ?? 0;
  const a = outputs >= 2 ? slopeOf(raw[begin + 1] ?? 0, slope) : 1;
  const k = outputs === 3 ? 2 * sigmoid(raw[begin + 2] ?? 0) : exponent;
  return { a, b, k };
}

function slopeOf(raw: number, rule: SlopeRule): number {
  return rule === 'softplus' ? softplus(raw) : Math.max(raw, LEAST_SLOPE);
}

/** The raw outputs that mean a given map. */
export function rawOf(family: MapFamily, { a, b, k }: ScoreMap): Float32Array {
  const least = Math.max(a, 1e-6);
  // ln(e^a - 1), without overflow.
  const raw = [b, least + Math.log(-Math.expm1(-least)), Math.log(k / (2 - k))];
  return Float32Array.from(raw.slice(0, FACTS[family].outputs));
}

/** `sign(x) * |x|^k`: the cosine on the family's curve. 0 at 0. */
export function curve(x: number, k: number): number {
  return x < 0 ? -((-x) ** k) : x ** k;
}

/** The logit of relevance of a cosine. */
export function logitOf({ a, b, k }: ScoreMap, x: number): number {
  return a * curve(x, k) + b;
}

/**
 * Adds to `gradient` (from `begin`) the slope of the loss by the raw outputs, for one pair.
 *
 * @param slope of the loss by the pair's logit
 */
export function addMapGradient(
  family: MapFamily,
  map: ScoreMap,
  { x, slope }: { readonly x: number; readonly slope: number },
  gradient: Float32Array,
  begin: number,
): void {
  const { outputs } = FACTS[family];
  gradient[begin] = (gradient[begin] ?? 0) + slope;
  if (outputs < 2) return;
  const curved = curve(x, map.k);
  // softplus'(z) = sigmoid(z) = 1 - e^-softplus(z).
  gradient[begin + 1] = (gradient[begin + 1] ?? 0) + slope * curved * -Math.expm1(-map.a);
  if (outputs < 3 || x === 0) return;
  const byExponent = map.a * curved * Math.log(Math.abs(x));
  gradient[begin + 2] = (gradient[begin + 2] ?? 0) + slope * byExponent * map.k * (1 - map.k / 2);
}
