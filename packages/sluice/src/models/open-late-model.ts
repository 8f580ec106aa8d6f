import { type CallOptions, parseOptions, type Reranker } from '@sluice/core';
import { type ColbertEmbedder, colbertEmbedder } from '@sluice/embedders';
import { lateInteraction } from '@sluice/rerankers';
import { z } from 'zod';
import { foundModel } from './found-model.js';
import type { HubSource } from './pull-model.js';

/** Options of {@link openLateModel}. */
export interface OpenLateModelOptions {
  /**
   * Which weights.
   * @default 'float32'
   */
  readonly precision?: 'float32' | 'int8' | undefined;
  /**
   * Threads of one run. 1 to 256.
   * @default as in `colbertEmbedder`
   */
  readonly threads?: number | undefined;
  /**
   * The hub that a name in the form `org/name` is asked of.
   * @default as in `openModel`
   */
  readonly hub?: HubSource | undefined;
}

/** A late interaction model and how to name it when a pipeline is read again. */
export interface NamedLateModel {
  /** The absolute path of a folder, or `org/name@commit`. */
  readonly name: string;
  /** As it was asked for. */
  readonly asked: string;
  readonly precision?: 'float32' | 'int8';
  /** For stores and retrievers over its token vectors. */
  readonly embedder: ColbertEmbedder;
  /** Over the texts of the candidates, which it encodes at each call. */
  readonly reranker: Reranker;
  /** Frees the model. A second call does nothing. */
  close(): Promise<void>;
}

const schema = z.strictObject({
  precision: z.enum(['float32', 'int8']).optional(),
  threads: z.int().optional(),
  // Checked where it is used.
  hub: z.custom<HubSource>((value) => typeof value === 'object' && value !== null).optional(),
});

/**
 * Opens a late interaction model (ColBERT's way) by name: the folder of one, or `org/name` at a hub, where there is no
 * folder of that name; it is fetched unless the hub's cache has it. None ships.
 *
 * Whoever opens a model closes it.
 *
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, or holds another kind of model
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 * @throws what `downloadModel` of `@sluice/inference/hub` throws, for a model that is fetched
 * @example const { reranker, close } = await openLateModel('lightonai/GTE-ModernColBERT-v1');
 */
export async function openLateModel(
  name: string,
  options: OpenLateModelOptions = {},
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<NamedLateModel> {
  const { precision, threads, hub } = parseOptions(schema, options, 'openLateModel');
  const found = await foundModel(name, { precision, hub }, call);
  const kept = precision ? { precision } : {};
  const embedder = await colbertEmbedder({
    model: found.folder,
    ...kept,
    ...(threads === undefined ? {} : { threads }),
  });
  return {
    name: found.name,
    asked: name,
    ...kept,
    embedder,
    reranker: lateInteraction({ embedder, model: found.name, ...kept }),
    close: () => embedder.close(),
  };
}
