import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { readJsonFile } from '../folder/read-json-file.js';

/** Families of encoders whose graph can be written. */
export type EncoderFamily = 'bert' | 'roberta' | 'distilbert' | 'mpnet';

/** What follows the first linear map of a feed-forward block. */
export type HiddenActivation = 'gelu' | 'tanh gelu' | 'relu';

/** The numbers of `config.json` that decide the graph, under one name for every family. */
export interface EncoderConfig {
  readonly family: EncoderFamily;
  readonly vocabulary: number;
  /** Rows of the position table. */
  readonly positions: number;
  /**
   * What positions are counted from: in RoBERTa and MPNet from behind this padding id, and a token with the id takes
   * no position; `undefined` where every token counts, from 0.
   */
  readonly paddingId: number | undefined;
  /** Rows of the table of token types; 0 where the family has none. */
  readonly tokenTypes: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  /** Columns in the middle of a feed-forward block. */
  readonly intermediate: number;
  readonly activation: HiddenActivation;
  readonly epsilon: number;
  /** Buckets of relative positions; 0 where the family has none. */
  readonly relativeBuckets: number;
}

const size = (largest: number): z.ZodInt => z.int().min(1).max(largest);

const common = {
  vocab_size: size(2 ** 22),
  max_position_embeddings: size(2 ** 17),
  pad_token_id: z
    .int()
    .min(0)
    .max(2 ** 22)
    .nullish(),
};

const bertSchema = z.looseObject({
  ...common,
  type_vocab_size: z.int().min(0).max(1024).default(0),
  hidden_size: size(2 ** 14),
  num_hidden_layers: size(256),
  num_attention_heads: size(256),
  intermediate_size: size(2 ** 16),
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().positive().max(1).default(1e-12),
  position_embedding_type: z.string().nullish(),
  is_decoder: z.boolean().nullish(),
  relative_attention_num_buckets: size(1024).default(32),
});

const distilBertSchema = z.looseObject({
  ...common,
  dim: size(2 ** 14),
  n_layers: size(256),
  n_heads: size(256),
  hidden_dim: size(2 ** 16),
  activation: z.string().default('gelu'),
});

const activations: Readonly<Record<string, HiddenActivation>> = {
  gelu: 'gelu',
  gelu_new: 'tanh gelu',
  gelu_pytorch_tanh: 'tanh gelu',
  gelu_fast: 'tanh gelu',
  relu: 'relu',
};

const families: Readonly<Record<string, EncoderFamily>> = {
  bert: 'bert',
  roberta: 'roberta',
  'xlm-roberta': 'roberta',
  camembert: 'roberta',
  distilbert: 'distilbert',
  mpnet: 'mpnet',
};

const advice = `Export the model to onnx/model.onnx. Written here: ${Object.keys(families).join(', ')}.`;
const maxBytes = 2 ** 20;

/**
 * Reads `config.json` of a model whose graph is to be written.
 *
 * @throws {ModelFileError} it is missing, its numbers are absurd or disagree, or the family is not one of ours
 */
export async function readEncoderConfig(folder: string): Promise<EncoderConfig> {
  const path = join(folder, 'config.json');
  const refuse = (problem: string): ModelFileError => new ModelFileError({ file: path, problem, advice });
  const kind = await readJsonFile({ path, maxBytes }, z.looseObject({ model_type: z.string() }));
  if (!kind) throw new ModelFileError({ file: path, problem: 'the file is missing' });
  const family = Object.hasOwn(families, kind.model_type) ? families[kind.model_type] : undefined;
  if (!family) throw refuse(`no graph is written for models of type '${kind.model_type}'`);
  const config = family === 'distilbert' ? await readDistilBert(path) : await readBert(path, family);
  const activation = Object.hasOwn(activations, config.activation) ? activations[config.activation] : undefined;
  if (!activation) throw refuse(`the activation '${config.activation}' is not written`);
  if (config.hidden % config.heads !== 0) throw refuse(`${config.hidden} columns cannot be cut into ${config.heads}`);
  if ((config.paddingId ?? -1) + 1 >= config.positions) throw refuse('its padding id leaves no positions');
  return { ...config, family, activation };
}

type Numbers = Omit<EncoderConfig, 'family' | 'activation'> & { readonly activation: string };

async function readBert(path: string, family: EncoderFamily): Promise<Numbers> {
  const config = (await readJsonFile({ path, maxBytes }, bertSchema)) ?? bertSchema.parse({});
  const positions = config.position_embedding_type ?? 'absolute';
  if (positions !== 'absolute' || config.is_decoder) {
    const problem = config.is_decoder ? 'decoders are not written' : `positions of kind '${positions}' are not written`;
    throw new ModelFileError({ file: path, problem, advice });
  }
  return {
    vocabulary: config.vocab_size,
    positions: config.max_position_embeddings,
    paddingId: family === 'bert' ? undefined : (config.pad_token_id ?? 1),
    tokenTypes: family === 'mpnet' ? 0 : config.type_vocab_size,
    hidden: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    intermediate: config.intermediate_size,
    activation: config.hidden_act,
    epsilon: config.layer_norm_eps,
    relativeBuckets: family === 'mpnet' ? config.relative_attention_num_buckets : 0,
  };
}

async function readDistilBert(path: string): Promise<Numbers> {
  const config = (await readJsonFile({ path, maxBytes }, distilBertSchema)) ?? distilBertSchema.parse({});
  return {
    vocabulary: config.vocab_size,
    positions: config.max_position_embeddings,
    paddingId: undefined,
    tokenTypes: 0,
    hidden: config.dim,
    layers: config.n_layers,
    heads: config.n_heads,
    intermediate: config.hidden_dim,
    activation: config.activation,
    epsilon: 1e-12,
    relativeBuckets: 0,
  };
}
