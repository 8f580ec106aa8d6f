import { ModelFileError } from '../errors/model-file-error.js';
import type { ModelPrecision } from '../folder/model-folder.js';

const FOLDER = '(?:[A-Za-z0-9][A-Za-z0-9_.-]{0,99}/)?';
const SETTINGS =
  'config|tokenizer|tokenizer_config|special_tokens_map|sentence_bert_config|config_sentence_transformers|idf';
const patterns: readonly RegExp[] = [
  /^(?:modules\.json|router_config\.json|artifact\.metadata)$/,
  new RegExp(`^${FOLDER}(?:${SETTINGS})\\.json$`),
  new RegExp(`^${FOLDER}(?:vocab\\.txt|vocab\\.json|merges\\.txt)$`),
  new RegExp(`^${FOLDER}(?:model\\.safetensors|onnx/model(?:_quantized)?\\.onnx(?:_data)?)$`),
];

/**
 * Whether a name is one of those that a model's folder is read from. Others are never asked for, written or looked
 * at, so that a list cannot name a place outside the folder.
 */
export function isModelFile(name: string): boolean {
  return patterns.some((pattern) => pattern.test(name));
}

const graphs: Record<ModelPrecision, string> = {
  float32: 'onnx/model.onnx',
  int8: 'onnx/model_quantized.onnx',
};

/**
 * The files of a model that are needed for a precision: settings, tokenizer, layers, and in each folder one form of the
 * weights: the graph of that precision, or `model.safetensors` where there is none.
 *
 * @param owner the model's name, for the error
 * @throws {ModelFileError} there are no weights for that precision
 */
export function neededFiles<File extends { readonly name: string }>(
  files: readonly File[],
  precision: ModelPrecision,
  owner: string,
): readonly File[] {
  const names = new Set(files.map(({ name }) => name));
  const formIn = (folder: string): string | undefined =>
    [graphs[precision], 'model.safetensors'].find((form) => names.has(folder + form));
  // A model of several routes has its weights in their folders.
  if (formIn('') === undefined && !names.has('router_config.json')) {
    throw new ModelFileError({
      file: `${owner}/${graphs[precision]}`,
      problem: 'the repository has neither this file nor model.safetensors',
      advice: 'Choose another precision, or another repository.',
    });
  }
  return files.filter(({ name }) => {
    const [, folder, form] = /^(.*?)(model\.safetensors|onnx\/model.*)$/.exec(name) ?? [];
    // Weights of more than 2 GiB lie beside their graph.
    const chosen = form === undefined || formIn(folder ?? '') === form.replace(/_data$/, '');
    return isModelFile(name) && chosen;
  });
}
