import type { CallOptions, Pipeline, Reranker, Retriever } from '@sluice/core';
import {
  crossEncodersOf,
  lateModelsOf,
  type NamedCrossEncoder,
  type NamedLateModel,
  openCrossEncoder,
  openLateModel,
  rerankerTypeOf,
  rerankFused,
} from 'sluice';
import { hubFrom } from './hub-environment.js';
import type { AskedPipeline } from './pipeline-file.js';

/** `--rerank`, `--rerank-depth` and `--rerank-weight`. */
export interface RerankChoice {
  /** A cross-encoder that ships, the folder of one or of a late interaction model, or `org/name` at a hub. */
  readonly rerank?: string;
  readonly rerankDepth: number;
  /** Share of its scores; the model's own advice when left out. */
  readonly rerankWeight?: number;
}

/** What pipelines that are written down may name. */
export interface RerankerModels {
  readonly crossEncoders: readonly NamedCrossEncoder[];
  readonly lateModels: readonly NamedLateModel[];
}

/** The one of `--rerank`. */
export interface AddedReranker {
  readonly reranker: Reranker;
  /** The model's own advice. */
  readonly weight: number;
}

/** What is open while a command works. */
export interface OpenRerankers {
  readonly models: RerankerModels;
  readonly added: AddedReranker | undefined;
}

/** Opens the models that `--rerank` and the pipelines rerank with, and closes them however `work` ends. */
export async function withRerankers<Result>(
  { rerank: asked }: Pick<RerankChoice, 'rerank'>,
  pipelines: readonly Pick<AskedPipeline, 'choice'>[],
  work: (open: OpenRerankers) => Promise<Result>,
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<Result> {
  const hub = hubFrom(process.env);
  const type = asked === undefined ? undefined : await rerankerTypeOf(asked, { hub }, call);
  const first = type === undefined ? [] : [{ type, model: asked }];
  // All at once, so that a model that several name is opened once.
  const wanted = [...first, ...pipelines.map(({ choice }) => choice)];
  const [crossEncoders, lateModels]: [NamedCrossEncoder[], NamedLateModel[]] = [[], []];
  try {
    for (const { model, precision } of crossEncodersOf(wanted)) {
      crossEncoders.push(await openCrossEncoder(model, { precision, hub }, call));
    }
    for (const { model, precision } of lateModelsOf(wanted)) {
      lateModels.push(await openLateModel(model, { precision, hub }, call));
    }
    const late = lateModels[0] && { reranker: lateModels[0].reranker, weight: 1 };
    const added = type === 'late-interaction' ? late : crossEncoders[0];
    return await work({ models: { crossEncoders, lateModels }, added: type && added });
  } finally {
    for (const each of [...crossEncoders, ...lateModels]) await each.close();
  }
}

/** A pipeline whose first `rerankDepth` results are reranked. */
export function reranked(
  source: Retriever,
  { reranker, weight }: AddedReranker,
  { rerankDepth, rerankWeight = weight }: RerankChoice,
): Pipeline {
  return rerankFused(source, reranker, { depth: rerankDepth, weight: rerankWeight });
}
