import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { Analyzer } from './analyzer.js';
import { type Folding, foldWord } from './fold-word.js';
import { wordAnalyzer } from './word-analyzer.js';

/** Turns a lower-case word into its stem. */
type Stem = (word: string) => string;

// Each is loaded when it is first asked for, so that one language costs one file.
const stemmers: Readonly<Record<SnowballLanguage, () => Promise<{ stemmer: Stem }>>> = {
  arabic: () => import('@orama/stemmers/arabic'),
  armenian: () => import('@orama/stemmers/armenian'),
  danish: () => import('@orama/stemmers/danish'),
  dutch: () => import('@orama/stemmers/dutch'),
  finnish: () => import('@orama/stemmers/finnish'),
  french: () => import('@orama/stemmers/french'),
  german: () => import('@orama/stemmers/german'),
  greek: () => import('@orama/stemmers/greek'),
  hungarian: () => import('@orama/stemmers/hungarian'),
  indonesian: () => import('@orama/stemmers/indonesian'),
  irish: () => import('@orama/stemmers/irish'),
  italian: () => import('@orama/stemmers/italian'),
  lithuanian: () => import('@orama/stemmers/lithuanian'),
  nepali: () => import('@orama/stemmers/nepali'),
  norwegian: () => import('@orama/stemmers/norwegian'),
  portuguese: () => import('@orama/stemmers/portuguese'),
  romanian: () => import('@orama/stemmers/romanian'),
  russian: () => import('@orama/stemmers/russian'),
  serbian: () => import('@orama/stemmers/serbian'),
  spanish: () => import('@orama/stemmers/spanish'),
  swedish: () => import('@orama/stemmers/swedish'),
  tamil: () => import('@orama/stemmers/tamil'),
  turkish: () => import('@orama/stemmers/turkish'),
};

/** Languages with a Snowball stemmer. English has an analyzer of its own, as Lucene has it. */
export type SnowballLanguage =
  | 'arabic'
  | 'armenian'
  | 'danish'
  | 'dutch'
  | 'finnish'
  | 'french'
  | 'german'
  | 'greek'
  | 'hungarian'
  | 'indonesian'
  | 'irish'
  | 'italian'
  | 'lithuanian'
  | 'nepali'
  | 'norwegian'
  | 'portuguese'
  | 'romanian'
  | 'russian'
  | 'serbian'
  | 'spanish'
  | 'swedish'
  | 'tamil'
  | 'turkish';

/** The names of {@link SnowballLanguage}, in order. */
export const snowballLanguages: readonly SnowballLanguage[] = Object.keys(stemmers).filter(isLanguage);

/** How text of a language is read. */
export interface LanguageOptions {
  readonly language: SnowballLanguage;
  /**
   * `case` folds case and width; `accents` folds marks too, before stemming.
   * @default 'case'
   */
  readonly folding?: Folding | undefined;
  /**
   * Words that are dropped, compared after folding.
   * @default none: what is in every document weighs next to nothing in BM25
   */
  readonly stopWords?: readonly string[] | undefined;
}

const optionsSchema: z.ZodType<
  { language: SnowballLanguage; folding: Folding; stopWords: readonly string[] },
  LanguageOptions
> = z
  .strictObject({
    language: z.enum(snowballLanguages),
    folding: z.enum(['case', 'accents']).default('case'),
    stopWords: z.array(z.string().min(1)).readonly().default([]),
  })
  .meta({ title: 'languageAnalyzer' });

/**
 * An analyzer of one language: words by Unicode rules, folded, stop words dropped, Snowball stems.
 *
 * Asynchronous because the stemmer is loaded on first use. Stems are those of `@orama/stemmers` 3.1.18, generated from
 * the Snowball algorithms (snowballstem.org).
 *
 * @throws {InvalidOptionsError} an option is wrong; `language` names one without a stemmer
 * @example await languageAnalyzer({ language: 'german' })
 */
export async function languageAnalyzer(options: LanguageOptions): Promise<Analyzer> {
  const { language, folding, stopWords } = parseOptions(optionsSchema, options);
  const { stemmer } = await stemmers[language]();
  const dropped = new Set(stopWords.map((word) => foldWord(word, folding)));
  const listed = [...dropped].sort().join(' ');
  return wordAnalyzer({
    name: language,
    fingerprint: `${language}/snowball-1/${folding}${dropped.size === 0 ? '' : `/stop-${hashOf(listed)}`}`,
    termOf: (word) => {
      const folded = foldWord(word, folding);
      if (dropped.has(folded)) return undefined;
      return stemmer(folded) || folded;
    },
  });
}

function isLanguage(name: string): name is SnowballLanguage {
  return name in stemmers;
}

/** Two 32-bit FNV-1a hashes from different starts, in hexadecimal: tells lists of words apart, not made to resist forgery. */
function hashOf(text: string): string {
  let [one, other] = [0x811c9dc5, 0x01234567];
  for (let at = 0; at < text.length; at++) {
    one = Math.imul(one ^ text.charCodeAt(at), 0x01000193);
    other = Math.imul(other ^ text.charCodeAt(at), 0x01000193);
  }
  return [one, other].map((hash) => (hash >>> 0).toString(16).padStart(8, '0')).join('');
}
