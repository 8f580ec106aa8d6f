/** Makes one number of a measure's values, one for each query. 0 where there are none. */
export type Aggregate = (values: Float64Array) => number;

/** The arithmetic mean. */
export const mean: Aggregate = (values) => (values.length === 0 ? 0 : sum(values) / values.length);

/** The sum, for measures that count. */
export const sum: Aggregate = (values) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** Least value that enters a geometric mean: trec_eval prints four digits, so nothing printed as 0 may annihilate the mean. */
const GEOMETRIC_FLOOR = 0.00001;

/** The geometric mean of the values, each raised to at least 0.00001, as in trec_eval's `gm_map`. */
export const geometricMean: Aggregate = (values) => {
  if (values.length === 0) return 0;
  let logarithms = 0;
  for (const value of values) logarithms += Math.log(Math.max(value, GEOMETRIC_FLOOR));
  return Math.exp(logarithms / values.length);
};
