import { fullText, InvalidInputError, type Ranking } from '@sluice/core';

/**
 * Title and text of each candidate, in rank order.
 *
 * @throws {InvalidInputError} the space of the ranking has ids only
 */
export async function candidateTexts(stage: string, { space, ordinals }: Ranking): Promise<string[]> {
  if (ordinals.length === 0) return [];
  if (!space.texts) {
    const advice = 'Search a collection, or use a space whose texts() reads them.';
    throw new InvalidInputError({ source: space.name }, `${stage} reads documents, and these have ids only`, advice);
  }
  return (await space.texts(ordinals)).map(fullText);
}
