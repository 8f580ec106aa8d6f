import { InvalidInputError, type StageSpec } from '@sluice/core';
import { z } from 'zod';
import type { AskedPipeline } from '../pipeline-file.js';

const typed = z.looseObject({ type: z.string() });
const fused = z.looseObject({ type: z.literal('fuse'), sources: z.array(typed) });
const piped = z.looseObject({ type: z.literal('pipeline'), stages: z.array(z.unknown()).min(1) });

/**
 * The stages behind the hybrid of a pipeline: a reranker, say. None for the hybrid itself.
 *
 * @throws {InvalidInputError} it does not begin with a hybrid of BM25 and the dense source, so that there is nothing to tune
 */
export function stagesBehindHybrid({ choice, file, name }: AskedPipeline): StageSpec[] {
  const pipeline = piped.safeParse(choice);
  const [first, ...behind] = pipeline.success ? pipeline.data.stages : [choice];
  if (isHybrid(first)) return behind.map((stage) => z.custom<StageSpec>().parse(stage));
  const problem =
    'it does not begin with a hybrid of bm25 and dense, and what is tuned is its k1, b, normalisation and weight';
  const advice =
    'Begin with { type: hybrid }, or a fuse of { type: bm25 } and { type: dense }; other stages stay as they are.';
  throw new InvalidInputError({ source: file ?? name }, problem, advice);
}

function isHybrid(stage: unknown): boolean {
  if (stage === 'hybrid' || typed.safeParse(stage).data?.type === 'hybrid') return true;
  const fusion = fused.safeParse(stage);
  const sources = fusion.success ? fusion.data.sources.map(({ type }) => type).toSorted() : [];
  return sources.join() === 'bm25,dense';
}
