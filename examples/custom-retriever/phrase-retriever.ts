import {
  type Document,
  type DocumentSpace,
  type Filter,
  fullText,
  idSpace,
  mapInSlices,
  matches,
  parseOptions,
  type Ranking,
  type Retriever,
  rankByScore,
  type Scale,
} from '@sluice/core';
import { z } from 'zod';

/** How often the query's words stand in a document, next to each other and in order: 1 and up. */
const phraseScale: Scale = { name: 'phrase', minimum: 0, maximum: Infinity };

const retrieveOptions = z.looseObject({ topK: z.int().min(1) });

/**
 * Finds the documents that hold the query as a phrase; letter case and punctuation do not count.
 *
 * @param space numbers the documents in their order; that of the other sources, to be fused with them
 */
export function phraseRetriever(
  documents: readonly Document[],
  space: DocumentSpace = idSpace(documents.map(({ id }) => id)),
): Retriever {
  const texts = documents.map((document) => wordsOf(fullText(document)));
  const scoresOf = (phrase: string, ordinals: Uint32Array): Float32Array =>
    Float32Array.from(ordinals, (ordinal) => timesIn(texts[ordinal] ?? '', phrase));

  const rank = (phrase: string, topK: number, filter: Filter | undefined): Ranking => {
    const allowed = documents.flatMap(({ metadata }, at) => (filter && !matches(filter, metadata) ? [] : [at]));
    const ordinals = Uint32Array.from(allowed).filter((ordinal) => timesIn(texts[ordinal] ?? '', phrase) > 0);
    return rankByScore({ space, ordinals, scores: scoresOf(phrase, ordinals), scale: phraseScale }, topK);
  };

  return {
    name: 'phrase',
    scale: phraseScale,
    async retrieve(queries, options) {
      options.signal?.throwIfAborted();
      const { topK } = parseOptions(retrieveOptions, options, 'phrase');
      return mapInSlices(queries, ({ text }) => rank(wordsOf(text), topK, options.filter), options);
    },
    async score(queries, rankings, options = {}) {
      const scoresAt = (ranking: Ranking, at: number): Float32Array =>
        scoresOf(wordsOf(queries[at]?.text ?? ''), ranking.ordinals);
      return mapInSlices(rankings, scoresAt, options);
    },
    toSpec: () => ({ type: 'phrase' }),
  };
}

/** The words in lower case, each between two spaces: ` to be or not `. */
function wordsOf(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return ` ${words.join(' ')} `;
}

function timesIn(text: string, phrase: string): number {
  if (phrase.trim() === '') return 0;
  let times = 0;
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) times++;
  return times;
}
