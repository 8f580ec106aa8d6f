/** The candidates of a {@link grid}: one value for each parameter. */
export type GridCandidate<Axes extends Readonly<Record<string, readonly unknown[]>>> = {
  readonly [Name in keyof Axes]: Axes[Name][number];
};

/**
 * All combinations of the given values, the last parameter changing fastest.
 *
 * @example grid({ k1: [0.9, 1.2], b: [0.4, 0.75] }) // four candidates
 */
export function grid<const Axes extends Readonly<Record<string, readonly unknown[]>>>(
  axes: Axes,
): GridCandidate<Axes>[];
export function grid(axes: Readonly<Record<string, readonly unknown[]>>): Record<string, unknown>[] {
  let candidates: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(axes)) {
    candidates = candidates.flatMap((candidate) => values.map((value) => ({ ...candidate, [name]: value })));
  }
  return candidates;
}
