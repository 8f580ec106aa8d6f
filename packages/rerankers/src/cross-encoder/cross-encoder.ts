import {
  type CallOptions,
  logitScale,
  parseOptions,
  type Ranking,
  type Reranker,
  rerankByScore,
  type StageSpec,
  type TitledText,
} from '@sluice/core';
import type { PairModel } from '@sluice/inference';
import { z } from 'zod';
import { candidateTexts, readText } from '../candidate-texts.js';
import { type CrossEncoderOptions, crossEncoderOptions, labelColumn } from './cross-encoder-settings.js';
import { inSlices } from './list-slices.js';
import { PairScorer } from './pair-scorer.js';
import { type PassageScore, scaleOfActivation } from './passage-score.js';

/** What a cross-encoder is made with. */
export interface ScoringModel extends Pick<PairModel, 'labels' | 'activation' | 'score'> {
  /** What opens it again: with a name, the reranker can be written down. */
  readonly name?: string;
  /** Which of its weights. */
  readonly precision?: 'float32' | 'int8';
}

/** A passage given to {@link CrossEncoder.rank}, scored. */
export interface RankedPassage {
  /** Its place among the passages that were given, from 0. */
  readonly index: number;
  readonly score: number;
  /** The model's own number, before its activation. */
  readonly logit: number;
  /** As it was given, where `returnDocuments` asks for it. */
  readonly document?: string | TitledText;
}

/** Options of {@link CrossEncoder.rank}. */
export interface RankOptions extends CallOptions {
  /**
   * At most so many; at least 1.
   * @default all
   */
  readonly topK?: number | undefined;
  /**
   * Whether the passages come back with their scores.
   * @default false
   */
  readonly returnDocuments?: boolean | undefined;
}

/** A reranker that reads query and passage together. */
export interface CrossEncoder extends Reranker {
  /**
   * Scores passages that are at hand, best first; equal scores in the order given.
   *
   * @throws {InvalidOptionsError} `topK` is not a whole number above 0
   * @example await encoder.rank('who let the water in?', passages, { topK: 3, returnDocuments: true })
   */
  rank(query: string, documents: readonly (string | TitledText)[], options?: RankOptions): Promise<RankedPassage[]>;
}

const topKOnly = z.strictObject({ topK: z.int().min(1).optional() });

/** Documents of lists that are scored in one call of the model: enough for batches of even length, in bounded memory. */
const DOCUMENTS_A_CALL = 4096;

/**
 * Reranks with a model that reads query and passage together, in its workers.
 *
 * The pairs of all queries of a call go to the model together, where batches are made of pairs of similar length. A
 * passage that stands under one query several times is scored once. A passage without text is not read and ranks below
 * what a model would say. Beside its scores, rankings get the column `NAME-logit` where the scores are not logits already.
 *
 * Scores are as the model's configuration has them: logits, or a relevance from 0 to 1, which is not a calibrated
 * probability; `calibrate` makes one of them with labels of your own.
 *
 * @param model opened with `openPairModel`, which whoever opened it closes
 * @throws {InvalidOptionsError} an option is out of range, or the model has several labels and none was chosen
 * @example pipeline(hybrid, rerank(crossEncoder(await openPairModel({ model: folder })), { depth: 50 }))
 */
export function crossEncoder(model: ScoringModel, options: CrossEncoderOptions = {}): CrossEncoder {
  const settings = parseOptions(crossEncoderOptions, options, 'crossEncoder');
  const label = labelColumn(model, settings.label);
  const { name } = settings;
  const activation = settings.scores === 'logit' ? 'identity' : model.activation;
  const scale = scaleOfActivation[activation];
  const scorer = new PairScorer(model, { activation, label }, settings);
  const spec = specFor(model, options);

  return {
    name,
    scale,
    requires: [],
    ...(spec && { toSpec: () => spec }),
    async rerank(candidates, { signal, topK, onProgress } = {}) {
      signal?.throwIfAborted();
      const total = candidates.reduce((sum, { ranking }) => sum + ranking.length, 0);
      const answers: Ranking[] = [];
      let done = 0;
      for (const slice of inSlices(candidates, DOCUMENTS_A_CALL)) {
        const texts: string[][] = [];
        for (const { ranking } of slice) {
          signal?.throwIfAborted();
          texts.push(await candidateTexts(name, ranking, settings.titles));
        }
        const before = done;
        const scores = await scorer.score(
          slice.map(({ query }, at) => ({ query: query.text, passages: texts[at] ?? [] })),
          {
            ...(signal && { signal }),
            onProgress: (part) => onProgress?.({ phase: 'reranking', done: before + part, total, unit: 'passages' }),
          },
        );
        for (const [at, { ranking }] of slice.entries()) {
          answers.push(ordered(ranking, scores[at] ?? [], topK));
          done += ranking.length;
        }
      }
      return answers;
    },
    async rank(query, documents, { topK, returnDocuments = false, ...call } = {}) {
      call.signal?.throwIfAborted();
      parseOptions(topKOnly, { topK }, name);
      const passages = documents.map((document) => readText(document, settings.titles));
      const [scores = []] = await scorer.score([{ query, passages }], {
        ...(call.signal && { signal: call.signal }),
        onProgress: (done) => call.onProgress?.({ phase: 'reranking', done, total: passages.length, unit: 'passages' }),
      });
      return scores
        .map(({ score, logit }, index): RankedPassage => ({ index, score: Math.fround(score), logit }))
        .sort((left, right) => right.score - left.score || left.index - right.index)
        .slice(0, topK)
        .map((found) => {
          const document = returnDocuments ? documents[found.index] : undefined;
          return document === undefined ? found : { ...found, document };
        });
    },
  };

  function ordered({ space, ordinals, sources }: Ranking, found: readonly PassageScore[], topK?: number): Ranking {
    const scores = Float32Array.from(found, ({ score }) => score);
    const logits = Float32Array.from(found, ({ logit }) => logit);
    const ranks = new Uint32Array(found.length);
    const kept =
      activation === 'identity'
        ? sources
        : { ...sources, [`${name}-logit`]: { scale: logitScale, scores: logits, ranks } };
    return rerankByScore({ space, ordinals, sources: kept }, scores, { name, scale, topK });
  }
}

/** Its options as they were given, behind the model's name; a model without a name cannot be found again. */
function specFor({ name: model, precision }: ScoringModel, options: CrossEncoderOptions): StageSpec | undefined {
  if (model === undefined) return undefined;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { type: 'cross-encoder', model, ...(precision && { precision }), ...Object.fromEntries(given) };
}
