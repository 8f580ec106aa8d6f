/** Characters after which a text is cut, at the next blank. */
const pieceCharacters = 32_768;

/**
 * A text in pieces that a tokenizer may see one by one: cut at blanks, where words end anyway, so that a book does not
 * hold up the thread. A text without blanks stays whole.
 */
export function* textPieces(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > pieceCharacters) {
    const blank = text.indexOf(' ', start + pieceCharacters);
    if (blank < 0) break;
    yield text.slice(start, blank);
    start = blank;
  }
  yield start === 0 ? text : text.slice(start);
}
