import type { Check } from '../kit/check.js';
import { runChecks } from '../kit/run-checks.js';
import { answeringChecks } from './answering-checks.js';
import { callingChecks } from './calling-checks.js';
import { type RetrieverFactory, type RetrieverKitOptions, retrieverSubject } from './retriever-subject.js';

/**
 * Registers the contract of {@link Retriever} as a vitest suite.
 *
 * @param factory makes the retriever over the documents that the kit chooses; called once or more for each check
 * @example testRetriever('ngrams', (documents) => ngramRetriever(documents));
 */
export function testRetriever(name: string, factory: RetrieverFactory, options: RetrieverKitOptions = {}): void {
  runChecks(`${name} is a Retriever`, retrieverChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function retrieverChecks(factory: RetrieverFactory, options: RetrieverKitOptions = {}): Check[] {
  const subject = retrieverSubject(factory, options);
  return [answeringChecks, callingChecks].flatMap((checks) => checks(subject));
}
