import { type Candidates, Pace, parseOptions, type Ranking, type RelevanceFilter } from '@sluice/core';
import { type Analyzer, DocumentTerms } from '@sluice/retrievers';
import { z } from 'zod';
import { candidateTexts } from '../candidate-texts.js';
import { quotedPhrases } from './quoted-phrases.js';

/** What {@link phraseFilter} reads with. */
export interface PhraseFilterOptions {
  /** Of the source: what makes words the same. */
  readonly analyzer: Analyzer;
}

/** The options as a pipeline file has them: none. */
export const phraseFilterOptions: z.ZodType<Record<string, never>> = z.strictObject({}).meta({ title: 'phrases' });

/**
 * Keeps the candidates that have every quoted phrase of the query: its terms one after the other, in title and text.
 *
 * Terms are the analyzer's, so that `"raised rivers"` is found in "raises a river" where the analyzer stems and drops the
 * article. A phrase without terms asks for nothing, and so does a query without quotation marks. Places are found by
 * analysing the candidates again: no index of positions is needed, and a document that the source did not find is not
 * looked at, so give the source depth.
 *
 * Cost: an analysis of the candidates, only for queries with phrases; others have their turn in between.
 *
 * @throws {InvalidInputError} the space of a ranking has ids only
 * @example pipeline(bm25, relevance(phraseFilter({ analyzer }), { depth: 1000 }))
 */
export function phraseFilter({ analyzer, ...rest }: PhraseFilterOptions): RelevanceFilter {
  parseOptions(phraseFilterOptions, rest);
  const name = 'phrases';
  return {
    name,
    requires: [],
    async select(candidates, { signal } = {}) {
      signal?.throwIfAborted();
      const terms = new DocumentTerms(analyzer);
      const pace = new Pace(signal);
      const kept: Ranking[] = [];
      for (const each of candidates) kept.push(await withPhrases(each, terms, pace));
      signal?.throwIfAborted();
      return kept;
    },
    toSpec: () => ({ type: name }),
  };
}

async function withPhrases({ query, ranking }: Candidates, terms: DocumentTerms, pace: Pace): Promise<Ranking> {
  const phrases: Int32Array[] = [];
  for (const phrase of quotedPhrases(query.text)) phrases.push(await terms.of(phrase, pace));
  const asked = phrases.filter(({ length }) => length > 0);
  if (asked.length === 0 || ranking.length === 0) return ranking;
  const positions: number[] = [];
  const texts = await candidateTexts('phrases', ranking);
  for (const [at, text] of texts.entries()) {
    const own = await terms.of(text, pace);
    if (asked.every((phrase) => hasPhrase(own, phrase))) positions.push(at);
  }
  return ranking.pick(Uint32Array.from(positions));
}

/** Whether `phrase` stands in `terms`. */
function hasPhrase(terms: Int32Array, phrase: Int32Array): boolean {
  const first = phrase[0] ?? 0;
  for (let at = terms.indexOf(first); at >= 0; at = terms.indexOf(first, at + 1)) {
    if (phrase.every((term, offset) => terms[at + offset] === term)) return true;
  }
  return false;
}
