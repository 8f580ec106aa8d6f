export { type BatchModel, batchEmbedder, type TextKind } from './batch-embedder.js';
export type { BatchLimits } from './text-batches.js';
