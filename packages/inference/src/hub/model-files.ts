import { ModelFileError } from '../errors/model-file-error.js';
import type { ModelPrecision } from '../folder/model-folder.js';

const FOLDER = '[A-Za-z0-9][A-Za-z0-9_.-]{0,99}';
const SETTINGS =
  'config|tokenizer|tokenizer_config|special_tokens_map|modules|sentence_bert_config|config_sentence_transformers';
const patterns: readonly RegExp[] = [
  new RegExp(`^(?:${SETTINGS})\\.json$`),
  /^(?:vocab\.txt|vocab\.json|merges\.txt)$/,
  new RegExp(`^${FOLDER}/config\\.json$`),
  new RegExp(`^${FOLDER}/model\\.safetensors$`),
  /^model\.safetensors$/,
  /^onnx\/model(?:_quantized)?\.onnx(?:_data)?$/,
];

/**
 * Whether a name is one of those that a model's folder is read from. Others are never asked for, written or looked
 * at, so that a list cannot name a place outside the folder.
 */
export function isModelFile(name: string): boolean {
  return patterns.some((pattern) => pattern.test(name));
}

const weightsNames: Record<ModelPrecision, readonly string[]> = {
  float32: ['onnx/model.onnx', 'model.safetensors'],
  int8: ['onnx/model_quantized.onnx'],
};

/**
 * The files of a model that are needed for a precision: settings, tokenizer, layers, and one form of the weights.
 *
 * @param owner the model's name, for the error
 * @throws {ModelFileError} there are no weights of that precision
 */
export function neededFiles<File extends { readonly name: string }>(
  files: readonly File[],
  precision: ModelPrecision,
  owner: string,
): readonly File[] {
  const names = new Set(files.map(({ name }) => name));
  const [standard = ''] = weightsNames[precision];
  const weights = weightsNames[precision].find((name) => names.has(name));
  if (weights === undefined) {
    throw new ModelFileError({
      file: `${owner}/${standard}`,
      problem: 'the repository has no such file',
      advice: 'Choose another precision, or a repository with ONNX weights.',
    });
  }
  return files.filter(({ name }) => isModelFile(name) && (!isWeights(name) || weightsOf(name) === weights));
}

function isWeights(name: string): boolean {
  return name === 'model.safetensors' || name.startsWith('onnx/');
}

/** Weights of more than 2 GiB lie beside their graph. */
function weightsOf(name: string): string {
  return name.replace(/_data$/, '');
}
