import { type CallOptions, parseOptions, type SparseMatrix } from '@sluice/core';
import type { SparseHeadSpec } from './folder/head-spec.js';
import { readTransformerFolder } from './folder/model-folder.js';
import type { ModelRegistry } from './model-registry.js';
import { type ModelHandle, type OpenModel, openModel, processModels } from './open-model.js';
import type { TextSource } from './pool/encode-call.js';
import { sparseAnswer } from './pool/sparse-answer.js';
import { type TextModelOptions, textModelOptions } from './text-model.js';

/** A transformer that weighs the terms of its vocabulary, ready to encode. Shared as `TextModel` is. */
export interface SparseModel extends Pick<ModelHandle, 'folder' | 'dimensions' | 'hash' | 'runs' | 'close'> {
  /**
   * One sparse row for each text, in their order. Texts are cut to the model's length.
   *
   * @throws {ClosedError} the handle or the model was closed
   * @throws {QueueFullError} too many calls wait already
   * @throws {InferenceError} the model could not be run
   * @throws {ModelFileError} the graph gives no logits over the vocabulary
   * @throws the signal's `reason`, once it has fired
   */
  encode(texts: TextSource, options?: CallOptions): Promise<SparseMatrix>;
}

/**
 * Opens a transformer with its masked language model head, for sparse vectors.
 *
 * What the graph gives for a batch is bounded to 64 MiB (or one text): larger batches are run in parts.
 *
 * @param spec how logits become weights
 * @param registry where models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, or one is broken
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 */
export async function openSparseModel(
  options: TextModelOptions,
  spec: Omit<SparseHeadSpec, 'kind'>,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<SparseModel> {
  const parsed = parseOptions(textModelOptions, options, 'openSparseModel');
  const head: SparseHeadSpec = { kind: 'sparse', ...spec };
  const handle = await openModel({ ...parsed, head }, registry, async (folder) => ({
    folder: await readTransformerFolder(folder, parsed.precision),
    head,
  }));
  return {
    folder: handle.folder,
    dimensions: handle.dimensions,
    hash: handle.hash,
    get runs() {
      return handle.runs;
    },
    encode: (texts, callOptions) => handle.encode(texts, sparseAnswer(handle.dimensions), callOptions),
    close: () => handle.close(),
  };
}
