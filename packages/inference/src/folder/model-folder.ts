import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Similarity } from '@sluice/core';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { readJsonFile } from './read-json-file.js';
import { readSentenceModules, type SentenceModules } from './sentence-modules.js';

/** Arithmetic of the model: `onnx/model.onnx` or `onnx/model_quantized.onnx`, or what is written from safetensors. */
export type ModelPrecision = 'float32' | 'int8';

/** What a model folder says, checked, with its defaults filled in. Nothing of the weights is read. */
export interface ModelFolder extends TransformerFolder {
  readonly modules: SentenceModules;
}

/** What a model folder says of the transformer, whatever follows it. */
export interface TransformerFolder {
  readonly folder: string;
  /** A graph with its weights, or `model.safetensors` where the folder has no graph of the precision. */
  readonly weightsFile: string;
  /** The graph that was written for the weights, where `weightsFile` is none. */
  readonly graphFile?: string;
  readonly precision: ModelPrecision;
  readonly tokenizerFile: string;
  readonly tokenizerConfigFile: string;
  /** Tokens of a text, special ones included; longer texts are cut. */
  readonly maxTokens: number;
  /** Whether a text is lower-cased before the tokenizer sees it. */
  readonly casing: 'kept' | 'lowered';
  readonly paddingSide: 'left' | 'right';
  readonly paddingId: number;
  /** Columns of the token vectors. */
  readonly hiddenSize: number;
  /** Text put before every input of a kind; keys as the model's author chose them. */
  readonly prompts: Readonly<Record<string, string>>;
  /** The key in `prompts` for inputs without one of their own. */
  readonly defaultPrompt: string | undefined;
  readonly similarity: Similarity;
  /** Leading dimensions that the author keeps, or `undefined` for all. */
  readonly truncatedDimensions: number | undefined;
}

const maxBytes = 2 ** 20;

const configSchema = z.looseObject({
  hidden_size: z.int().positive().optional(),
  dim: z.int().positive().optional(),
  model_type: z.string().optional(),
  max_position_embeddings: z.int().positive().optional(),
  pad_token_id: z.int().nonnegative().nullish(),
});

const sentenceSchema = z.looseObject({
  max_seq_length: z.int().positive().nullish(),
  do_lower_case: z.boolean().nullish(),
});

const tokenizerConfigSchema = z.looseObject({
  model_max_length: z.number().positive().nullish(),
  padding_side: z.enum(['left', 'right']).default('right'),
});

// Late interaction adds up dot products, under names of its own.
const similarities: ReadonlyMap<string, Similarity> = new Map<string, Similarity>([
  ['cosine', 'cosine'],
  ['dot', 'dot'],
  ['euclidean', 'euclidean'],
  ['maxsim', 'dot'],
  ['MaxSim', 'dot'],
  ['meanmaxsim', 'dot'],
]);

const sentenceTransformersSchema = z.looseObject({
  prompts: z.record(z.string(), z.string()).nullish(),
  default_prompt_name: z.string().nullish(),
  similarity_fn_name: z.string().nullish(),
  truncate_dim: z.int().positive().nullish(),
});

/**
 * Reads a folder as model hubs lay it out: `config.json`, `tokenizer.json`, `tokenizer_config.json`, `modules.json`
 * with the folders it names, `sentence_bert_config.json`, `config_sentence_transformers.json`, and weights in `onnx/` or
 * `model.safetensors`.
 *
 * @throws {ModelFileError} a file that is needed is missing, or one is broken; `file` names it
 */
export async function readModelFolder(folder: string, precision: ModelPrecision): Promise<ModelFolder> {
  const modules = await readSentenceModules(folder);
  return { ...(await readTransformerFolder(folder, precision)), modules };
}

/**
 * Reads what {@link readModelFolder} reads, without `modules.json` and what it names.
 *
 * @throws {ModelFileError} a file that is needed is missing, or one is broken; `file` names it
 */
export async function readTransformerFolder(folder: string, precision: ModelPrecision): Promise<TransformerFolder> {
  const at = (name: string): string => join(folder, name);
  const read = <Output>(name: string, schema: z.ZodType<Output>): Promise<Output | undefined> =>
    readJsonFile({ path: at(name), maxBytes }, schema);
  const config = await read('config.json', configSchema);
  if (!config) throw new ModelFileError({ file: at('config.json'), problem: 'the file is missing' });
  const sentence = (await read('sentence_bert_config.json', sentenceSchema)) ?? {};
  const tokenizer = (await read('tokenizer_config.json', tokenizerConfigSchema)) ?? tokenizerConfigSchema.parse({});
  const transformers = (await read('config_sentence_transformers.json', sentenceTransformersSchema)) ?? {};
  const hiddenSize = config.hidden_size ?? config.dim;
  if (!hiddenSize) throw new ModelFileError({ file: at('config.json'), problem: 'hidden_size is missing' });
  const prompts = transformers.prompts ?? {};
  return {
    folder,
    weightsFile: await weightsFile(folder, precision),
    precision,
    tokenizerFile: await existing(at('tokenizer.json')),
    tokenizerConfigFile: at('tokenizer_config.json'),
    maxTokens: sentence.max_seq_length ?? longestInput(config, tokenizer.model_max_length ?? Number.POSITIVE_INFINITY),
    casing: sentence.do_lower_case ? 'lowered' : 'kept',
    paddingSide: tokenizer.padding_side,
    paddingId: config.pad_token_id ?? 0,
    hiddenSize,
    prompts,
    defaultPrompt: promptName(prompts, transformers.default_prompt_name, at('config_sentence_transformers.json')),
    similarity: similarityOf(transformers.similarity_fn_name, at('config_sentence_transformers.json')),
    truncatedDimensions: transformers.truncate_dim ?? undefined,
  };
}

const weightsNames: Record<ModelPrecision, string> = {
  float32: 'onnx/model.onnx',
  int8: 'onnx/model_quantized.onnx',
};

async function weightsFile(folder: string, precision: ModelPrecision): Promise<string> {
  const graph = join(folder, weightsNames[precision]);
  const weights = join(folder, 'model.safetensors');
  const use = (await isThere(graph)) || !(await isThere(weights)) ? graph : weights;
  return existing(use);
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function existing(file: string): Promise<string> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new ModelFileError({ file, problem: 'the file is missing', cause });
  });
  if (!found.isFile() || found.size === 0)
    throw new ModelFileError({ file, problem: 'it is not a file with bytes in it' });
  return file;
}

/** RoBERTa and its kin count positions from behind the padding id, so two of their positions are never used. */
function longestInput(config: z.output<typeof configSchema>, modelMaxLength: number): number {
  const positions = config.max_position_embeddings ?? 512;
  const offset = /roberta|camembert|mpnet/.test(config.model_type ?? '') ? (config.pad_token_id ?? 1) + 1 : 0;
  return Math.min(Math.floor(Math.min(modelMaxLength, 2 ** 20)), positions - offset);
}

function promptName(
  prompts: Readonly<Record<string, string>>,
  name: string | null | undefined,
  file: string,
): string | undefined {
  if (!name) return undefined;
  if (Object.hasOwn(prompts, name)) return name;
  throw new ModelFileError({ file, problem: `default_prompt_name '${name}' is not among its prompts` });
}

function similarityOf(name: string | null | undefined, file: string): Similarity {
  const similarity = similarities.get(name ?? 'cosine');
  if (!similarity) throw new ModelFileError({ file, problem: `similarity_fn_name '${name}' is not supported` });
  return similarity;
}
