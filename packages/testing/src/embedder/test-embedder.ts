import type { Check } from '../kit/check.js';
import { runChecks } from '../kit/run-checks.js';
import { type EmbedderFactory, type EmbedderKitOptions, embedderSubject } from './embedder-subject.js';
import { encodingChecks, encodings } from './encoding-checks.js';
import { modelChecks } from './model-checks.js';

/**
 * Registers the contract of {@link Embedder} as a vitest suite.
 *
 * @param factory makes the embedder; one is shared by most checks, some make another and close it
 * @example testEmbedder('static', () => staticEmbedder());
 */
export function testEmbedder(name: string, factory: EmbedderFactory, options: EmbedderKitOptions = {}): void {
  runChecks(`${name} is an Embedder`, embedderChecks(factory, options), options.skip);
}

/** The same checks as a list, to be run by hand. */
export function embedderChecks(factory: EmbedderFactory, options: EmbedderKitOptions = {}): Check[] {
  const subject = embedderSubject(factory, options);
  return [...modelChecks(subject), ...encodings.flatMap((encoding) => encodingChecks(subject, encoding))];
}
