import { parseOptions } from '@sluice/core';
import { z } from 'zod';
import type { Analyzer } from './analyzer.js';
import { foldWord } from './fold-word.js';
import { pieceAnalyzer } from './piece-analyzer.js';

/** How text is cut into words by the platform. */
export interface SegmenterOptions {
  /** A language tag that `Intl.Segmenter` has words of: `zh`, `ja`, `th`. */
  readonly locale: string;
}

const optionsSchema: z.ZodType<{ locale: string }, SegmenterOptions> = z
  .strictObject({
    locale: z.string().refine((tag) => isSupported(tag), 'must be a language tag that Intl.Segmenter supports'),
  })
  .meta({ title: 'segmenterAnalyzer' });

/** Units of a term at most; what is longer is dropped. */
const MAX_UNITS = 255;
/** A piece is looked up in a dictionary at once: more than this holds the thread for long. */
const PIECE_UNITS = 1 << 11;
/** In no word, like a blank; but the platform takes time with the square of a row of them, and a row of blanks is one. */
const loneSurrogates = /\p{Surrogate}/gu;
/** Ends what is handed to the platform: it takes time with the square of a row of symbols, too. */
const symbols = /[^\p{L}\p{N}\p{M}]{64}/gu;

/**
 * Words as `Intl.Segmenter` finds them, with a dictionary for Chinese, Japanese, Thai and their like. Case and width are
 * folded (NFKC).
 *
 * The words change with the platform's ICU, whose version is therefore part of the fingerprint: an index is refused after
 * an update that changes it, and has to be built again. Browsers do not tell their ICU's version.
 *
 * @throws {InvalidOptionsError} the locale is not one of the platform's
 */
export function segmenterAnalyzer(options: SegmenterOptions): Analyzer {
  const { locale } = parseOptions(optionsSchema, options);
  const segmenter = new Intl.Segmenter(locale, { granularity: 'word' });
  const fingerprint = `segmenter/${segmenter.resolvedOptions().locale}/${icuVersion()}`;
  const termsOfPiece = (piece: string): string[] => {
    const terms: string[] = [];
    for (const part of partsOf(piece.replace(loneSurrogates, ' '))) {
      for (const { segment, isWordLike } of segmenter.segment(part)) {
        if (isWordLike && segment.length <= MAX_UNITS) terms.push(foldWord(segment, 'case'));
      }
    }
    return terms;
  };
  return pieceAnalyzer('segmenter', fingerprint, termsOfPiece, { pieceUnits: PIECE_UNITS });
}

/** The text in parts that end behind each 64 symbols in a row. */
function* partsOf(text: string): Generator<string> {
  let from = 0;
  for (const { 0: row, index } of text.matchAll(symbols)) {
    yield text.slice(from, index + row.length);
    from = index + row.length;
  }
  yield text.slice(from);
}

function isSupported(tag: string): boolean {
  try {
    return Intl.Segmenter.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Browsers do not tell, so that there an update of the browser is not noticed. */
function icuVersion(): string {
  const icu = typeof process === 'object' ? process.versions.icu : undefined;
  return icu === undefined ? 'icu' : `icu-${icu}`;
}
