export * from './errors/index.js';
export type { ModelFolder, ModelPrecision } from './folder/model-folder.js';
export { readModelFolder } from './folder/model-folder.js';
export type { Activation, DenseStep, PooledStep, SentenceModules } from './folder/sentence-modules.js';
export { ModelRegistry, type Shared } from './model-registry.js';
export { normalizeRows } from './normalize-rows.js';
export type { RowShape, TextSource } from './pool/encode-call.js';
export { type Pooling, pool, poolingOrder, type TokenVectors } from './pooling.js';
export { parseSafetensors, type SafeTensor, type TensorType, tensorToFloat32 } from './safetensors.js';
export {
  type OpenModel,
  openTextModel,
  processModels,
  type TextModel,
  type TextModelFields,
  type TextModelOptions,
  textModelOptions,
} from './text-model.js';
export { loadTokenizer, type TokenizerFolder } from './tokenizer/load-tokenizer.js';
export type { TextTokenizer } from './tokenizer/text-tokenizer.js';
export { TokenCollector, type TokenSequences } from './tokenizer/token-sequences.js';
