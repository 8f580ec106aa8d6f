import { BrokenContractError, type DocumentSpace, fullText, InvalidInputError } from '@sluice/core';

/** Reads the texts of documents, one for each, in their order. */
export type ReadTexts = (ordinals: Uint32Array) => Promise<readonly string[]>;

/**
 * Title and text from where the space keeps them.
 *
 * @throws {InvalidInputError} the space has ids only
 */
export function textsOf(owner: string, space: DocumentSpace): ReadTexts {
  if (space.texts) {
    return expectingAll(space.name, async (ordinals) => (await space.texts?.(ordinals))?.map(fullText) ?? []);
  }
  const advice = 'Search a collection, or give a function that reads them as `texts`.';
  throw new InvalidInputError({ source: space.name }, `${owner} reads documents, and these have ids only`, advice);
}

/**
 * The same texts, counted: those of a reader that left one out would be taken for those of other documents.
 *
 * @param component whose reader it is, for the error that its answers have then: {@link BrokenContractError}
 */
export function expectingAll(component: string, read: ReadTexts): ReadTexts {
  return async (ordinals) => {
    const texts = await read(ordinals);
    if (texts.length === ordinals.length) return texts;
    const problem = `gave ${texts.length} texts for ${ordinals.length} documents`;
    throw new BrokenContractError({ component, problem });
  };
}
