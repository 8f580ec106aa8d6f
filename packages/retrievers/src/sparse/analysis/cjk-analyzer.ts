import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { Analyzer } from './analyzer.js';
import { foldWord } from './fold-word.js';
import { pieceAnalyzer } from './piece-analyzer.js';

/** What becomes of a run of Chinese, Japanese or Korean characters. */
export type CjkGrams = 'bigrams' | 'unigrams and bigrams';

/** How text with Chinese, Japanese or Korean in it is read. */
export interface CjkOptions {
  /**
   * `bigrams`: each two neighbours, a character alone where it has none. `unigrams and bigrams`: each character too, at
   * twice the postings.
   * @default 'bigrams'
   */
  readonly grams?: CjkGrams | undefined;
}

const optionsSchema: z.ZodType<{ grams: CjkGrams }, CjkOptions> = z
  .strictObject({ grams: z.enum(['bigrams', 'unigrams and bigrams']).default('bigrams') })
  .meta({ title: 'cjkAnalyzer' });

/** Units of a word at most; what is longer becomes several. Bounds the terms of an index. */
const MAX_UNITS = 255;
const cjk = '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Bopomofo}';
const runs = new RegExp(`[${cjk}]+|(?:(?![${cjk}])[\\p{L}\\p{N}\\p{M}]){1,${MAX_UNITS}}`, 'gu');
const startsCjk = new RegExp(`^[${cjk}]`, 'u');
const isLetter = /[\p{L}\p{N}]/u;

/**
 * Chinese, Japanese and Korean without a dictionary: overlapping pairs of characters; words of other scripts as they
 * are. Case and width are folded (NFKC).
 *
 * Source of the pairs: the practice of Lucene's CJKAnalyzer; see Kwok, "Comparing Representations in Chinese Information
 * Retrieval" (SIGIR 1997).
 *
 * @throws {InvalidOptionsError} an option is wrong
 */
export function cjkAnalyzer(options: CjkOptions = {}): Analyzer {
  const { grams } = parseOptions(optionsSchema, options);
  const shape = grams === 'bigrams' ? 'bigrams' : 'unigrams-bigrams';
  return pieceAnalyzer('cjk', `cjk/${shape}-1`, (piece) => {
    const terms: string[] = [];
    for (const [run] of piece.matchAll(runs)) {
      if (startsCjk.test(run)) addGrams(run, grams, terms);
      else if (isLetter.test(run)) terms.push(foldWord(run, 'case'));
    }
    return terms;
  });
}

/** Pairs of the run's letters; punctuation that these scripts share ends a row of pairs. */
function addGrams(run: string, grams: CjkGrams, terms: string[]): void {
  let previous: string | undefined;
  let isAlone = true;
  const end = (): void => {
    if (previous !== undefined && isAlone && grams === 'bigrams') terms.push(previous);
    previous = undefined;
    isAlone = true;
  };
  for (const character of foldWord(run, 'case')) {
    if (!isLetter.test(character)) {
      end();
      continue;
    }
    if (grams !== 'bigrams') terms.push(character);
    if (previous !== undefined) {
      terms.push(previous + character);
      isAlone = false;
    }
    previous = character;
  }
  end();
}
