import { expect } from 'vitest';
import type { Check } from './check.js';
import { failedChecks } from './run-checks.js';

/** Fails unless the check of that name exists and fails: a broken implementation is caught, and by the right test. */
export async function expectCaught(checks: readonly Check[], name: string): Promise<void> {
  const chosen = checks.filter((check) => check.name === name);
  expect(
    chosen.map((check) => check.name),
    'the check exists, once',
  ).toEqual([name]);
  expect(await failedChecks(chosen), 'the check fails').toEqual([name]);
}

/**
 * `original` with some members replaced; the others work as before.
 *
 * For breaking an implementation in one place.
 */
export function withChanged<Type extends object>(original: Type, changes: Partial<Type>): Type {
  return new Proxy(original, {
    get(target, key) {
      const value: unknown = Object.hasOwn(changes, key) ? Reflect.get(changes, key) : Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
