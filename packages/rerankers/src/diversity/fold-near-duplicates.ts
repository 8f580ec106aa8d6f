import { paced, parseOptions, type Ranking, type RelevanceFilter, type StageSpec } from '@sluice/core';
import { z } from 'zod';
import { candidateTexts } from '../candidate-texts.js';

/** Options of {@link foldNearDuplicates}. */
export interface FoldOptions {
  /**
   * Share of common word sequences (Jaccard) from which two texts are one. Above 0 to 1.
   * @default 0.8
   */
  readonly similarity?: number | undefined;
  /**
   * Words of a sequence, 1 to 20. Longer ones find copies only, shorter ones also what is about the same.
   * @default 3
   */
  readonly words?: number | undefined;
}

/** The options as a pipeline file has them. */
export const foldOptions: z.ZodType<{ similarity: number; words: number }, FoldOptions> = z.strictObject({
  similarity: z.number().gt(0).max(1).default(0.8),
  words: z.int().min(1).max(20).default(3),
});

/**
 * Drops candidates that say nearly the same, word for word, as one above them that stays.
 *
 * Compares the sets of word sequences of two texts, exactly; case and punctuation do not count. A text shorter than a
 * sequence is one sequence. Cost: the words of the candidates; give it a depth.
 *
 * Source: Broder, On the resemblance and containment of documents, 1997.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example pipeline(hybrid, relevance(foldNearDuplicates(), { depth: 50 }))
 */
export function foldNearDuplicates(options: FoldOptions = {}): RelevanceFilter {
  const settings = parseOptions(foldOptions, options, 'foldNearDuplicates');
  const name = 'foldNearDuplicates';
  const spec: StageSpec = { type: name, ...settings };
  return {
    name,
    requires: [],
    async select(candidates, { signal } = {}) {
      signal?.throwIfAborted();
      const answers: Ranking[] = [];
      for (const { ranking } of candidates) {
        const texts = await candidateTexts(name, ranking);
        answers.push(ranking.pick(await paced(distinct(texts, settings), signal)));
      }
      return answers;
    },
    toSpec: () => spec,
  };
}

/** Positions of the texts that stay; a step is a text. */
function* distinct(
  texts: readonly string[],
  { similarity, words }: { readonly similarity: number; readonly words: number },
): Generator<void, Uint32Array> {
  /** The texts that stay, by the sequences that they have. */
  const having = new Map<string, number[]>();
  const kept: number[] = [];
  const sizes: number[] = [];
  for (const [position, text] of texts.entries()) {
    const sequences = sequencesOf(text, words);
    if (!resembles(sequences, having, { sizes, similarity })) {
      for (const sequence of sequences) {
        const holders = having.get(sequence);
        if (holders) holders.push(kept.length);
        else having.set(sequence, [kept.length]);
      }
      kept.push(position);
      sizes.push(sequences.size);
    }
    yield;
  }
  return Uint32Array.from(kept);
}

function resembles(
  sequences: ReadonlySet<string>,
  having: ReadonlyMap<string, readonly number[]>,
  { sizes, similarity }: { readonly sizes: readonly number[]; readonly similarity: number },
): boolean {
  const common = new Uint32Array(sizes.length);
  for (const sequence of sequences)
    for (const holder of having.get(sequence) ?? []) common[holder] = (common[holder] ?? 0) + 1;
  return common.some((count, holder) => count >= similarity * (sequences.size + (sizes[holder] ?? 0) - count));
}

function sequencesOf(text: string, words: number): ReadonlySet<string> {
  const spoken =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  if (spoken.length <= words) return new Set([spoken.join(' ')]);
  const sequences = new Set<string>();
  for (let at = 0; at + words <= spoken.length; at++) sequences.add(spoken.slice(at, at + words).join(' '));
  return sequences;
}
