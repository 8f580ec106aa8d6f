import type { Analyzer } from './analyzer.js';
import { WordBreaks } from './word-breaks.js';
import { WordTermReader } from './word-term-reader.js';

/** What makes an analyzer over words one of its own. */
export interface WordRules {
  readonly name: string;
  readonly fingerprint: string;
  /** The term of a word as it stands in the text, or `undefined` for a word that is dropped. A pure function. */
  termOf(word: string): string | undefined;
}

/** An analyzer of words by Unicode rules (UAX 29, at most 255 UTF-16 units); what becomes of a word is the caller's. */
export function wordAnalyzer({ name, fingerprint, termOf }: WordRules): Analyzer {
  const breaks = new WordBreaks();
  return {
    name,
    fingerprint,
    analyze: (text) => termsOf(breaks, text, termOf),
    openReader: (idOf) => new WordTermReader({ breaks, termOf }, idOf),
  };
}

function termsOf(breaks: WordBreaks, text: string, termOf: WordRules['termOf']): string[] {
  const terms: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = breaks.wordEnd(text, at);
    if (end > at) {
      const term = termOf(text.slice(at, end));
      if (term !== undefined) terms.push(term);
    }
    at = Math.max(end, at + 1);
  }
  return terms;
}
