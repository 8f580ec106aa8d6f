export * from './errors/index.js';
export type {
  HeadSpec,
  PairHeadSpec,
  PooledHeadSpec,
  SparseHeadSpec,
  TokenExpansion,
  TokenMerging,
  TokenRule,
  TokenVectorHeadSpec,
} from './folder/head-spec.js';
export type { ModelFolder, ModelPrecision, TransformerFolder } from './folder/model-folder.js';
export { readModelFolder } from './folder/model-folder.js';
export { type MultiVectorFolder, readMultiVectorFolder } from './folder/multi-vector-folder.js';
export { classifierLabels, type PairFolder, readPairFolder } from './folder/pair-folder.js';
export type { Activation, DenseStep, PooledStep, SentenceModules } from './folder/sentence-modules.js';
export {
  readSparseFolder,
  type SparseFolder,
  type SparseRoute,
  type TableRoute,
  type TransformerRoute,
} from './folder/sparse-folder.js';
export * from './graph/index.js';
export { ModelRegistry, type Shared } from './model-registry.js';
export { type MultiVectorModel, openMultiVectorModel } from './multi-vector-model.js';
export { normalizeRows } from './normalize-rows.js';
export { type ModelParts, type OpenModel, processModels } from './open-model.js';
export {
  openPairModel,
  type PairLogits,
  type PairModel,
  type PairModelFields,
  type PairModelOptions,
  type PairSource,
  pairModelOptions,
} from './pair-model.js';
export type { TextSource } from './pool/encode-call.js';
export type { RowShape } from './pool/matrix-answer.js';
export { type Pooling, pool, poolingOrder, type TokenVectors } from './pooling.js';
export { parseSafetensors, type SafeTensor, type TensorType, tensorToFloat32 } from './safetensors.js';
export { activatedScore, logOdds, type ScoreActivation, scoreActivations } from './score-activation.js';
export { openSparseModel, type SparseModel } from './sparse-model.js';
export {
  openTextModel,
  type TextModel,
  type TextModelFields,
  type TextModelOptions,
  textModelOptions,
} from './text-model.js';
export { loadTokenizer, type TokenizerFolder } from './tokenizer/load-tokenizer.js';
export type { LongPairs, SecondText } from './tokenizer/second-text.js';
export type { TextTask } from './tokenizer/text-task.js';
export type { TextTokenizer } from './tokenizer/text-tokenizer.js';
export { TokenCollector, TokenMark, type TokenSequences } from './tokenizer/token-sequences.js';
export { readVocabulary, type Vocabulary } from './tokenizer/vocabulary.js';
export { onnxFileSteps } from './worker/check-onnx-file.js';
export type { EncodedTexts } from './worker/encoded-texts.js';
export { mergeVectorSteps } from './worker/merge-vectors.js';
