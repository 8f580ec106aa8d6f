import type { Analyzer } from './analyzer.js';
import { englishStopWords } from './english-stop-words.js';
import { porterStem } from './porter-stem.js';
import { wordAnalyzer } from './word-analyzer.js';

/**
 * English text as Lucene 9.9.2's EnglishAnalyzer reads it: words by Unicode rules (at most 255 UTF-16 units), final
 * `'s` removed, lower case, 33 stop words dropped, Porter stems. The analysis of Anserini's and Pyserini's BM25.
 *
 * Equal to Lucene in every text of well-formed Unicode, whatever the version of the engine. In ill-formed text a lone
 * surrogate is skipped; Lucene stops reading where one ends the text.
 *
 * @example englishAnalyzer().analyze("The dog's 3.5 tails") // ['dog', '3.5', 'tail']
 */
export function englishAnalyzer(): Analyzer {
  return wordAnalyzer({ name: 'english', fingerprint: 'english/lucene-9.9', termOf: englishTerm });
}

function englishTerm(word: string): string | undefined {
  const lower = lowerCase(word.replace(/['\u2019\uff07][sS]$/, ''));
  return englishStopWords.has(lower) ? undefined : porterStem(lower);
}

/** Lower case by code point: no final sigma, and a dotted capital I becomes a plain i. */
function lowerCase(word: string): string {
  if (!/[\u0130\u03a3]/.test(word)) return word.toLowerCase();
  return Array.from(word, (character) => (character === '\u0130' ? 'i' : character.toLowerCase())).join('');
}
