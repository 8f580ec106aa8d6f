import { fullText, InvalidInputError, type Ranking, type TitledText } from '@sluice/core';

/** Whether a title is read before its text. */
export type TitleReading = 'read' | 'left out';

/**
 * Title and text of each candidate, in rank order.
 *
 * @throws {InvalidInputError} the space of the ranking has ids only
 */
export async function candidateTexts(
  stage: string,
  { space, ordinals }: Ranking,
  titles: TitleReading = 'read',
): Promise<string[]> {
  if (ordinals.length === 0) return [];
  if (!space.texts) {
    const advice = 'Search a collection, or use a space whose texts() reads them.';
    throw new InvalidInputError({ source: space.name }, `${stage} reads documents, and these have ids only`, advice);
  }
  return (await space.texts(ordinals)).map((document) => readText(document, titles));
}

/** A document as a model reads it. */
export function readText(document: string | TitledText, titles: TitleReading): string {
  if (typeof document === 'string') return document;
  return titles === 'read' ? fullText(document) : document.text;
}
