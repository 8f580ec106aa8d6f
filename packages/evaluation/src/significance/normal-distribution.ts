/** Rational approximations of the normal quantile, by Acklam: numerators and denominators, central part and tails. */
const CENTRE_ABOVE = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
] as const;
const CENTRE_BELOW = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
] as const;
const TAIL_ABOVE = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
] as const;
const TAIL_BELOW = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1] as const;

/** Where the tails begin. */
const TAIL = 0.02425;

/** The value that a standard normal variable stays below with `probability` (0 to 1, both excluded). Error below 2e-9. */
export function normalQuantile(probability: number): number {
  if (probability > 1 - TAIL) return -normalQuantile(1 - probability);
  if (probability < TAIL) {
    const root = Math.sqrt(-2 * Math.log(probability));
    return polynomial(TAIL_ABOVE, root) / polynomial(TAIL_BELOW, root);
  }
  const offset = probability - 0.5;
  return (offset * polynomial(CENTRE_ABOVE, offset * offset)) / polynomial(CENTRE_BELOW, offset * offset);
}

/** Probability that a standard normal variable is below `value`. Error below 1e-12, by the series around 0 or the tail. */
export function normalProbability(value: number): number {
  if (value < 0) return 1 - normalProbability(-value);
  if (value > 8) return 1;
  let term = value;
  let series = value;
  for (let power = 3; Math.abs(term) > 1e-17 * series; power += 2) {
    term *= (value * value) / power;
    series += term;
  }
  return 0.5 + (series * Math.exp((-value * value) / 2)) / Math.sqrt(2 * Math.PI);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((value, coefficient) => value * x + coefficient, 0);
}
