/** How text is wrapped. */
export interface WrapOptions {
  /** Characters in a line, the indent included. */
  readonly width: number;
  readonly indent: string;
  /** What does not fit is cut, with an ellipsis. */
  readonly maxLines: number;
}

/** Text as indented lines of at most `width` characters; white space collapses, words are not broken. */
export function wrapText(text: string, { width, indent, maxLines }: WrapOptions): string {
  const room = Math.max(20, width - indent.length);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > room && line !== '') {
      if (lines.length + 1 === maxLines)
        return [...lines, `${line.slice(0, room - 1)}…`].map((each) => indent + each).join('\n');
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}
