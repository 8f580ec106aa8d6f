import { Pipeline, pipeline } from './pipeline.js';
import type { StageRegistry } from './stage-registry.js';

/**
 * Reads a pipeline that was written down: the inverse of `toSpec`.
 *
 * A spec of another retriever (`fuse`, `bm25`) gives a pipeline of it alone.
 *
 * @param spec from outside: what JSON or YAML said
 * @param context handed to the registered types: open indexes, models
 * @throws {UnknownStageError} a type is not registered for its place
 * @throws {InvalidOptionsError} options or the spec's shape are wrong; `path` says where
 * @throws {UnmetRequirementError} a stage requires what nothing before it supplies
 * @example
 * const chain = parsePipeline(
 *   { type: 'pipeline', stages: [{ type: 'bm25' }, { type: 'rerank', by: { type: 'cross-encoder' }, depth: 50 }] },
 *   registry,
 *   { index },
 * );
 */
export function parsePipeline<Context>(spec: unknown, registry: StageRegistry<Context>, context: Context): Pipeline {
  const made = registry.create('retriever', spec, context);
  return made instanceof Pipeline ? made : pipeline(made);
}
