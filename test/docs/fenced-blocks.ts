/** A fenced block of a Markdown page. */
export interface FencedBlock {
  /** Its info string's first word: `js`, `ts`, `sh`, `json`, `yaml`, or empty. */
  readonly language: string;
  readonly text: string;
  /** Line of its first line in the page, from 1. */
  readonly line: number;
  /** What the comment `<!-- given ... -->` above it declares: the reader's own names. Empty without one. */
  readonly given: string;
}

const BLOCK = /(?:^<!-- given\n(?<given>[\s\S]*?)-->\n\n?)?^```(?<language>\w*)[^\n]*\n(?<text>[\s\S]*?)^```$/gm;

/** The fenced blocks of a page, in its order. */
export function fencedBlocks(page: string): FencedBlock[] {
  return [...page.matchAll(BLOCK)].map(({ index, 0: whole, groups = {} }) => ({
    language: groups.language ?? '',
    text: groups.text ?? '',
    given: groups.given ?? '',
    line: page.slice(0, index + whole.indexOf('```')).split('\n').length + 1,
  }));
}
