import type { Check } from '../kit/check.js';
import { runChecks } from '../kit/run-checks.js';
import { changingChecks } from './changing-checks.js';
import { edgeChecks } from './edge-checks.js';
import { savingChecks } from './saving-checks.js';
import { scoringChecks } from './scoring-checks.js';
import { searchingChecks } from './searching-checks.js';
import { type VectorIndexFactory, type VectorIndexKitOptions, vectorIndexSubject } from './vector-index-subject.js';

/**
 * Registers the contract of {@link VectorIndex} as a vitest suite, held against brute force in double precision.
 *
 * @example testVectorIndex('flat', { create: flatIndex, load: loadFlatIndex });
 */
export function testVectorIndex(name: string, factory: VectorIndexFactory, options: VectorIndexKitOptions = {}): void {
  runChecks(`${name} is a VectorIndex`, vectorIndexChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function vectorIndexChecks(factory: VectorIndexFactory, options: VectorIndexKitOptions = {}): Check[] {
  const subject = vectorIndexSubject(factory, options);
  return [changingChecks, searchingChecks, edgeChecks, scoringChecks, savingChecks].flatMap((checks) =>
    checks(subject),
  );
}
