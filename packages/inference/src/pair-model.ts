import { type CallOptions, type Matrix, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { readPairFolder } from './folder/pair-folder.js';
import type { ModelRegistry } from './model-registry.js';
import { type ModelHandle, type OpenModel, openModel, processModels } from './open-model.js';
import type { TextSource } from './pool/encode-call.js';
import { pairAnswer } from './pool/pair-answer.js';
import { type ScoreActivation, scoreActivations } from './score-activation.js';
import { type TextModelFields, textModelOptions } from './text-model.js';
import type { LongPairs } from './tokenizer/second-text.js';

/** The options of {@link openPairModel}, field by field, for factories that add their own. */
export type PairModelFields = TextModelFields & {
  /**
   * What follows the logits, instead of what the folder says.
   * @default as the folder says
   */
  readonly activation: z.ZodOptional<z.ZodEnum<{ [Name in ScoreActivation]: Name }>>;
  /**
   * Tokens of a pair, special ones included, where fewer than the model takes are to be read; at least 8.
   * @default as many as the model takes
   */
  readonly maxTokens: z.ZodOptional<z.ZodInt>;
};

/** Options of {@link openPairModel}. */
export type PairModelOptions = z.input<z.ZodObject<PairModelFields>>;

export const pairModelOptions: z.ZodObject<PairModelFields, z.core.$strict> = textModelOptions.extend({
  activation: z.enum(scoreActivations).optional(),
  maxTokens: z.int().min(8).optional(),
});

/** Pairs of texts by number, made when they are needed. */
export interface PairSource {
  /** What progress counts: `pairs`, `passages`. */
  readonly unit: string;
  readonly length: number;
  /** The first text of pair `index`: the query. What it throws ends the call. */
  first(index: number): string;
  /** The second text of pair `index`: the passage. What it throws ends the call. */
  second(index: number): string;
  /**
   * What happens to pairs that are longer than the window.
   * @default the longer text is cut first
   */
  readonly long?: LongPairs | undefined;
}

/** The logits of pairs: rows `offsets[i]` up to `offsets[i + 1]` are those of pair `i`. */
export interface PairLogits {
  /** One more than there are pairs. Rows are one each, but for pairs that were read in chunks. */
  readonly offsets: Uint32Array;
  /** One column a label, no activation. Chunks of a pair are in no order. */
  readonly logits: Matrix;
}

/** A sequence classifier that reads two texts together, ready to score. Shared as `TextModel` is. */
export interface PairModel extends Pick<ModelHandle, 'folder' | 'hash' | 'runs' | 'close'> {
  /** Names of the labels, one a column of the logits. */
  readonly labels: readonly string[];
  /** What its author puts after the logits. */
  readonly activation: ScoreActivation;

  /**
   * The logits of each pair, in their order. Pairs of all queries that are scored together share batches of similar
   * length.
   *
   * @throws {ClosedError} the handle or the model was closed
   * @throws {QueueFullError} too many calls wait already
   * @throws {InferenceError} the model could not be run
   * @throws {WorkerLostError} the worker that had the pairs ended by itself
   * @throws the signal's `reason`, once it has fired
   */
  score(pairs: PairSource, options?: CallOptions): Promise<PairLogits>;
}

/**
 * Opens a cross-encoder: a folder with a sequence classifier in `onnx/`, or in `model.safetensors` for BERT, RoBERTa,
 * DistilBERT and MPNet.
 *
 * @param registry where models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, or one is broken, or it is another kind of model
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 */
export async function openPairModel(
  options: PairModelOptions,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<PairModel> {
  const { activation: chosen, ...parsed } = parseOptions(pairModelOptions, options, 'openPairModel');
  const { labels, activation } = await readPairFolder(parsed.model, parsed.precision, chosen);
  const head = { kind: 'pairs', labels: labels.length } as const;
  const model = await openModel({ ...parsed, head }, registry, async (folder) => {
    const { folder: transformer } = await readPairFolder(folder, parsed.precision, activation);
    const maxTokens = Math.min(transformer.maxTokens, parsed.maxTokens ?? transformer.maxTokens);
    return { folder: { ...transformer, maxTokens }, head };
  });
  const answer = pairAnswer(labels.length);
  return {
    folder: model.folder,
    labels,
    activation,
    hash: model.hash,
    close: () => model.close(),
    get runs() {
      return model.runs;
    },
    score: (pairs, callOptions) => model.encode(textsOf(pairs), answer, callOptions),
  };
}

function textsOf({ unit, length, first, second, long = { kind: 'longest first' } }: PairSource): TextSource {
  return { unit, length, text: first, second: (index) => ({ text: second(index), long }) };
}
