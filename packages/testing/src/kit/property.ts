import fc from 'fast-check';
import type { KitOptions } from './check.js';

const DEFAULT_RUNS = 50;

/**
 * Tries `law` on random cases. A failure names the smallest case found, its seed and its path.
 *
 * @param options `seed` replays a failure, `runs` is how many cases
 */
export async function forAll<Case>(
  cases: fc.Arbitrary<Case>,
  { runs = DEFAULT_RUNS, seed }: KitOptions,
  law: (value: Case) => void | Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(cases, async (value) => await law(value));
  await fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
}
