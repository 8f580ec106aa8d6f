import { type DocumentSpace, fullText, InvalidInputError } from '@sluice/core';

/** Reads the texts of documents. */
export type ReadTexts = (ordinals: Uint32Array) => Promise<readonly string[]>;

/**
 * Title and text from where the space keeps them.
 *
 * @throws {InvalidInputError} the space has ids only
 */
export function textsOf(owner: string, space: DocumentSpace): ReadTexts {
  if (space.texts) return async (ordinals) => (await space.texts?.(ordinals))?.map(fullText) ?? [];
  const advice = 'Search a collection, or give a function that reads them as `texts`.';
  throw new InvalidInputError({ source: space.name }, `${owner} reads documents, and these have ids only`, advice);
}
