import type { CallOptions, Pipeline, Retriever } from '@sluice/core';
import { crossEncodersOf, type NamedCrossEncoder, openCrossEncoder, rerankFused } from 'sluice';
import { hubFrom } from './hub-environment.js';
import type { AskedPipeline } from './pipeline-file.js';

/** `--rerank`, `--rerank-depth` and `--rerank-weight`. */
export interface RerankChoice {
  /** A cross-encoder that ships, a folder, or `org/name` at a hub. */
  readonly rerank?: string;
  readonly rerankDepth: number;
  /** Share of its scores; the model's own advice when left out. */
  readonly rerankWeight?: number;
}

/** What is open while a command works. */
export interface OpenCrossEncoders {
  /** All of them, for pipelines that are written down. */
  readonly crossEncoders: readonly NamedCrossEncoder[];
  /** The one of `--rerank`. */
  readonly added: NamedCrossEncoder | undefined;
}

/** Opens the cross-encoders that `--rerank` and the pipelines name, and closes them however `work` ends. */
export async function withCrossEncoders<Result>(
  { rerank: asked }: RerankChoice,
  pipelines: readonly AskedPipeline[],
  work: (open: OpenCrossEncoders) => Promise<Result>,
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<Result> {
  const first = asked === undefined ? [] : [{ type: 'cross-encoder', model: asked }];
  // All at once, so that a model that several name is opened once.
  const wanted = crossEncodersOf([...first, ...pipelines.map(({ choice }) => choice)]);
  const crossEncoders: NamedCrossEncoder[] = [];
  try {
    for (const { model, precision } of wanted) {
      crossEncoders.push(await openCrossEncoder(model, { precision, hub: hubFrom(process.env) }, call));
    }
    return await work({ crossEncoders, added: asked === undefined ? undefined : crossEncoders[0] });
  } finally {
    for (const each of crossEncoders) await each.close();
  }
}

/** A pipeline whose first `rerankDepth` results are reranked. */
export function reranked(
  source: Retriever,
  { reranker, weight }: NamedCrossEncoder,
  { rerankDepth, rerankWeight = weight }: RerankChoice,
): Pipeline {
  return rerankFused(source, reranker, { depth: rerankDepth, weight: rerankWeight });
}
