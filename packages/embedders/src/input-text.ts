import { fullText, InvalidInputError, type TitledText } from '@sluice/core';

/**
 * The text of an input: itself, or title and text in one.
 *
 * @param source what the inputs are called, for the error: `queries`, `documents`
 * @throws {InvalidInputError} callers without types passed something that is no text
 */
export function inputText(input: string | TitledText | undefined, source: string, row: number): string {
  if (typeof input === 'string') return input;
  const { text, title } = input ?? {};
  if (typeof text === 'string' && (title === undefined || typeof title === 'string'))
    return title === undefined ? text : fullText({ text, title });
  throw new InvalidInputError(
    { source, row },
    'this is not a text',
    'Pass strings, or objects with `text` and `title`.',
  );
}
