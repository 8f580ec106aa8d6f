import { Parser } from 'htmlparser2';
import { type Section, SectionBuilder } from './section.js';

const HEADINGS = new Map([1, 2, 3, 4, 5, 6].map((depth) => [`h${depth}`, depth]));
const HIDDEN = new Set(['script', 'style', 'template', 'noscript', 'svg', 'head', 'nav', 'iframe']);
const BLOCKS = new Set(
  'address article aside blockquote body br caption dd div dl dt fieldset figcaption figure footer form header hr li main ol p pre section table td th tr ul'.split(
    ' ',
  ),
);

/** Splits HTML on its headings; scripts, styles, navigation and the head go. Never fails: HTML has no syntax errors. */
export function htmlSections(source: string): Section[] {
  const builder = new SectionBuilder();
  const lineAt = lineCounter(source);
  let text = '';
  let hiddenDepth = 0;
  let headingDepth: number | undefined;
  let line = 1;

  const flush = (at: number): void => {
    const collapsed = text.replace(/\s+/g, ' ').trim();
    if (collapsed !== '' && headingDepth !== undefined) builder.heading(headingDepth, collapsed, line);
    else builder.block(collapsed, line);
    text = '';
    line = lineAt(at);
  };

  const parser = new Parser({
    onopentagname(name) {
      if (HIDDEN.has(name)) hiddenDepth++;
      if (HEADINGS.has(name) || BLOCKS.has(name)) flush(parser.startIndex);
      headingDepth = HEADINGS.get(name) ?? headingDepth;
    },
    ontext(chunk) {
      if (hiddenDepth === 0) text += chunk;
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hiddenDepth--;
      if (HEADINGS.has(name) || BLOCKS.has(name)) flush(parser.endIndex);
      if (HEADINGS.has(name)) headingDepth = undefined;
    },
  });
  parser.end(source);
  flush(source.length);
  return builder.build();
}

/** Line numbers of ascending offsets; each call reads on from where the last one stopped. */
function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) if (source.charCodeAt(at) === 10) line++;
    return line;
  };
}
