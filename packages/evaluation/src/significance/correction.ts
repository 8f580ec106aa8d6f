/** How p-values are adjusted when several comparisons are made at once. */
export type Correction = 'none' | 'bonferroni' | 'holm';

/**
 * Adjusted p-values, in the order of `pValues`; compare them with the level that was chosen beforehand.
 *
 * - `bonferroni`: times the number of comparisons.
 * - `holm`: the smallest times m, the next times m - 1, ..., never below an earlier one; as safe and more powerful.
 *
 * Both keep the chance of one false discovery among all below the level.
 *
 * @param pValues each 0 to 1
 */
export function correctPValues(pValues: readonly number[], correction: Correction): number[] {
  return CORRECTIONS[correction](pValues);
}

const CORRECTIONS: Readonly<Record<Correction, (pValues: readonly number[]) => number[]>> = {
  none: (pValues) => [...pValues],
  bonferroni: (pValues) => pValues.map((p) => Math.min(1, p * pValues.length)),
  holm,
};

function holm(pValues: readonly number[]): number[] {
  const ascending = [...pValues.keys()].sort((left, right) => (pValues[left] ?? 0) - (pValues[right] ?? 0));
  const adjusted = [...pValues];
  let least = 0;
  for (const [position, at] of ascending.entries()) {
    least = Math.max(least, Math.min(1, (pValues[at] ?? 0) * (pValues.length - position)));
    adjusted[at] = least;
  }
  return adjusted;
}
