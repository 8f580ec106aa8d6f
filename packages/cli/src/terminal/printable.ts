/** Characters that are shown of a name or a term. */
const SHOWN = 40;

/** A name or a term of somebody's data, for a terminal: it may be long, and hold what moves the cursor. */
export function printable(text: string): string {
  const plain = text.slice(0, SHOWN + 1).replace(/\p{C}/gu, '\ufffd');
  return plain.length <= SHOWN ? plain : `${plain.slice(0, SHOWN - 1)}…`;
}
