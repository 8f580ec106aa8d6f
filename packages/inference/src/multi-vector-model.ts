import { type CallOptions, type MultiVectors, parseOptions } from '@sluice/core';
import type { TokenVectorHeadSpec } from './folder/head-spec.js';
import { readTransformerFolder } from './folder/model-folder.js';
import type { ModelRegistry } from './model-registry.js';
import { type ModelHandle, type OpenModel, openModel, processModels } from './open-model.js';
import type { TextSource } from './pool/encode-call.js';
import { multiVectorAnswer } from './pool/multi-vector-answer.js';
import { type TextModelOptions, textModelOptions } from './text-model.js';

/** A transformer that makes a vector of each token, ready to encode. Shared as `TextModel` is. */
export interface MultiVectorModel extends Pick<ModelHandle, 'folder' | 'dimensions' | 'hash' | 'runs' | 'close'> {
  /**
   * The vectors of each text, in their order. `texts.task` decides how they are read: as queries or as documents.
   *
   * @throws {ClosedError} the handle or the model was closed
   * @throws {QueueFullError} too many calls wait already
   * @throws {InferenceError} the model could not be run
   * @throws the signal's `reason`, once it has fired
   */
  encode(texts: TextSource, options?: CallOptions): Promise<MultiVectors>;
}

/**
 * Opens a transformer for late interaction.
 *
 * @param spec how texts are read and token vectors finished: `readMultiVectorFolder(model).head`, perhaps changed
 * @param registry where models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, or one is broken
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 */
export async function openMultiVectorModel(
  options: TextModelOptions,
  spec: Omit<TokenVectorHeadSpec, 'kind'>,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<MultiVectorModel> {
  const parsed = parseOptions(textModelOptions, options, 'openMultiVectorModel');
  const head: TokenVectorHeadSpec = { kind: 'token vectors', ...spec };
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
    encode: (texts, callOptions) => handle.encode(texts, multiVectorAnswer(handle.dimensions), callOptions),
    close: () => handle.close(),
  };
}
