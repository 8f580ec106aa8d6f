import { type Matrix, paced, parseOptions, Ranking, type Reranker, type Scale } from '@sluice/core';
import { z } from 'zod';
import type { CandidateVectors } from './candidate-vectors.js';

/** Options of {@link mmr}. */
export interface MmrOptions {
  /**
   * Weight of relevance; the rest is that of novelty. 0 to 1; 1 keeps the order.
   * @default 0.7
   */
  readonly lambda?: number | undefined;
  /**
   * Name of its score column.
   * @default 'mmr'
   */
  readonly name?: string | undefined;
}

const schema: z.ZodType<{ lambda: number; name: string }, MmrOptions> = z.strictObject({
  lambda: z.number().min(0).max(1).default(0.7),
  name: z.string().min(1).default('mmr'),
});

const mmrScale: Scale = { name: 'mmr', minimum: -1, maximum: 1 };

/**
 * Maximal marginal relevance: puts first what is relevant and unlike what stands above it.
 *
 * The score of a candidate is `lambda * relevance - (1 - lambda) * likeness`, where relevance is its score in the list,
 * brought to 0 to 1 by the list's least and greatest, and likeness the greatest cosine to a document that was taken
 * before, at least 0. Cost: `topK` x candidates x dimensions.
 *
 * Source: Carbonell and Goldstein, SIGIR 1998.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @example rerank(mmr(textVectors(embedder), { lambda: 0.6 }), { depth: 50, topK: 10 })
 */
export function mmr(vectors: CandidateVectors, options: MmrOptions = {}): Reranker {
  const { lambda, name } = parseOptions(schema, options, 'mmr');
  return {
    name,
    scale: mmrScale,
    requires: [],
    async rerank(candidates, { signal, topK } = {}) {
      signal?.throwIfAborted();
      const answers: Ranking[] = [];
      for (const { ranking } of candidates) {
        const matrix = await vectors(ranking, signal ? { signal } : {});
        const wanted = Math.min(topK ?? ranking.length, ranking.length);
        const taken = await paced(taking(ranking, matrix, { lambda, wanted }), signal);
        answers.push(inOrder(ranking, taken, name));
      }
      return answers;
    },
  };
}

interface Taken {
  readonly positions: Uint32Array;
  readonly scores: Float32Array;
}

/** Takes the best of what is left, one at a time; a step is a pass over the candidates. */
function* taking(
  ranking: Ranking,
  vectors: Matrix,
  { lambda, wanted }: { readonly lambda: number; readonly wanted: number },
): Generator<void, Taken> {
  const relevance = relevanceOf(ranking);
  // Starts at 0: a document is never rewarded for being opposite to another.
  const likeness = new Float32Array(ranking.length);
  const isTaken = new Uint8Array(ranking.length);
  const positions = new Uint32Array(wanted);
  const scores = new Float32Array(wanted);
  for (let count = 0; count < wanted; count++) {
    const best = bestOf(ranking, isTaken, (at) =>
      Math.fround(lambda * (relevance[at] ?? 0) - (1 - lambda) * (likeness[at] ?? 0)),
    );
    positions[count] = best.position;
    scores[count] = best.score;
    isTaken[best.position] = 1;
    compareWith(vectors, best.position, likeness);
    yield;
  }
  return { positions, scores };
}

function bestOf({ space, ordinals }: Ranking, isTaken: Uint8Array, scoreOf: (at: number) => number) {
  let position = -1;
  let score = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < isTaken.length; at++) {
    if (isTaken[at] === 1) continue;
    const value = scoreOf(at);
    const isBetter =
      value > score || (value === score && space.compare(ordinals[at] ?? 0, ordinals[position] ?? 0) < 0);
    if (position === -1 || isBetter) [position, score] = [at, value];
  }
  return { position, score };
}

function compareWith({ data, columns }: Matrix, taken: number, likeness: Float32Array): void {
  const offset = taken * columns;
  for (let at = 0; at < likeness.length; at++) {
    let dot = 0;
    for (let column = 0; column < columns; column++)
      dot += (data[offset + column] ?? 0) * (data[at * columns + column] ?? 0);
    if (dot > (likeness[at] ?? 0)) likeness[at] = dot;
  }
}

/** Scores from 0 to 1; all 1 where all are equal. */
function relevanceOf({ scores }: Ranking): Float64Array {
  const [highest, lowest] = [scores[0] ?? 0, scores.at(-1) ?? 0];
  const range = highest - lowest;
  return Float64Array.from(scores, (score) => (range === 0 ? 1 : (score - lowest) / range));
}

function inOrder({ space, ordinals, sources, ...rest }: Ranking, { positions, scores }: Taken, name: string): Ranking {
  const picked = new Ranking({ space, ordinals, sources, ...rest }).pick(positions);
  const ordered = new Ranking({ ...picked, scores, scale: mmrScale });
  return ordered.withSource(name, ordered.asColumn());
}
