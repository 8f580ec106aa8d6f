export { Fused, type FuseOptions, fuse } from './fuse.js';
export { mapInSlices } from './in-slices.js';
export { parsePipeline } from './parse-pipeline.js';
export { Pipeline, pipeline } from './pipeline.js';
export { type CompileOptions, Plan } from './plan.js';
export { type PlanCall, type PlanNode, type PromisedColumn, sourcesOf } from './plan-node.js';
export { type RelevanceStageOptions, relevance } from './relevance.js';
export { type RerankStageOptions, rerank } from './rerank.js';
export { retrieveAll } from './retrieve-all.js';
export type { AddedColumn, PipelinePart, Stage, StageOptions } from './stage.js';
export {
  type BuildPart,
  type ComponentKind,
  type Components,
  type ComponentType,
  StageRegistry,
} from './stage-registry.js';
export { take } from './take.js';
export { type UnreadSpec, unreadSpec } from './unread-spec.js';
export { specOf } from './written.js';
