import { describe, expect, it } from 'vitest';
import type { Check, Skip } from './check.js';

/**
 * Registers a kit's checks with vitest, as a suite of one test each.
 *
 * A skipped check is listed with its reason. A skip that names no check is a failing test, so a list of exceptions
 * cannot outlive what it excuses.
 */
export function runChecks(suite: string, checks: readonly Check[], skips: readonly Skip[] = []): void {
  describe(suite, () => {
    const reasons = new Map(skips.map(({ test, because }) => [test, because]));
    for (const { name, check } of checks) {
      const because = reasons.get(name);
      if (because === undefined) it(name, async () => await check());
      else it.skip(`${name} (skipped: ${because})`, () => {});
    }
    if (skips.length > 0) it('skips only checks that exist', () => expect(unknownSkips(checks, skips)).toEqual([]));
  });
}

/** The skips that name no check. */
export function unknownSkips(checks: readonly Check[], skips: readonly Skip[]): string[] {
  const names = new Set(checks.map(({ name }) => name));
  return skips.map(({ test }) => test).filter((test) => !names.has(test));
}

/** The names of the checks that `checks` fail, in their order: a kit run without vitest's reporting. */
export async function failedChecks(checks: readonly Check[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, check } of checks) {
    try {
      await check();
    } catch {
      failed.push(name);
    }
  }
  return failed;
}
