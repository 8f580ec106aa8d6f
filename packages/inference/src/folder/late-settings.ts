import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import type { TokenExpansion } from './head-spec.js';
import { readJsonFile } from './read-json-file.js';
import type { DenseStep } from './sentence-modules.js';

/** How a late interaction model reads texts, wherever its folder says so. */
export interface LateSettings {
  readonly queryMarker: string;
  readonly documentMarker: string;
  readonly queryPrompt: string;
  readonly documentPrompt: string;
  /** Tokens of a query; `undefined`: what the transformer takes. */
  readonly queryLength: number | undefined;
  readonly documentLength: number | undefined;
  readonly expansion: TokenExpansion | undefined;
  /** What limits a query that is expanded: the length it is expanded to, or `queryLength`. */
  readonly queryLimit: 'expansion' | 'length';
  /** Tokens of documents without a vector, unless a module says which. */
  readonly skipped: readonly string[];
}

const maxBytes = 2 ** 20;
const punctuation: readonly string[] = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
const length = z
  .int()
  .min(1)
  .max(2 ** 20)
  .nullish();

const text = z.string().nullish();

const expansionSchema = z.strictObject({
  strategy: z.enum(['fixed', 'min']),
  attend: z.boolean().default(false),
  token: z.string().nullish(),
  length: z
    .int()
    .min(1)
    .max(2 ** 20),
});

/** `sentence_bert_config.json`, as sentence-transformers 6 writes it. */
const transformerSchema = z.looseObject({
  query_length: length,
  document_length: length,
  query_expansion: expansionSchema.nullish(),
});

/** `config_sentence_transformers.json`, as PyLate and sentence-transformers write it. */
const modelSchema = z.looseObject({
  model_type: z.string().nullish(),
  prompts: z.looseObject({ query: text, document: text, passage: text, corpus: text }).nullish(),
  query_prefix: z.string().nullish(),
  document_prefix: z.string().nullish(),
  query_length: length,
  document_length: length,
  do_query_expansion: z.boolean().nullish(),
  attend_to_expansion_tokens: z.boolean().nullish(),
  skiplist_words: z.array(z.string()).nullish(),
  query_expansion: expansionSchema.nullish(),
});

type ModelConfig = z.output<typeof modelSchema>;

/**
 * Reads the settings of a folder with `modules.json`.
 *
 * @throws {ModelFileError} a file is broken
 */
export async function readLateSettings(folder: string): Promise<LateSettings> {
  const read = <Output>(name: string, schema: z.ZodType<Output>): Promise<Output | undefined> =>
    readJsonFile({ path: join(folder, name), maxBytes }, schema);
  const model = (await read('config_sentence_transformers.json', modelSchema)) ?? {};
  const transformer = (await read('sentence_bert_config.json', transformerSchema)) ?? {};
  const expansion = transformer.query_expansion === undefined ? expansionOf(model) : transformer.query_expansion;
  return {
    queryMarker: model.query_prefix ?? '',
    documentMarker: model.document_prefix ?? '',
    queryPrompt: without(model.query_prefix, promptOf(model, ['query'])),
    documentPrompt: without(model.document_prefix, promptOf(model, ['document', 'passage', 'corpus'])),
    queryLength: transformer.query_length ?? model.query_length ?? undefined,
    documentLength: transformer.document_length ?? model.document_length ?? undefined,
    expansion: expansion
      ? {
          length: expansion.length,
          attention: expansion.attend ? 'attended' : 'unattended',
          token: expansion.token ?? undefined,
        }
      : undefined,
    queryLimit: expansion?.strategy === 'min' ? 'length' : 'expansion',
    skipped: model.skiplist_words ?? (isPyLate(model) ? punctuation : []),
  };
}

/** Whether PyLate wrote it, whose settings mean something when they are left out. */
function isPyLate(model: ModelConfig): boolean {
  return model.model_type === 'ColBERT' || model.query_prefix !== undefined || model.document_prefix !== undefined;
}

/** PyLate expands unless told not to, to 32 tokens unless told otherwise. */
function expansionOf(model: ModelConfig): z.output<typeof expansionSchema> | undefined {
  if (model.query_expansion !== undefined) return model.query_expansion ?? undefined;
  const marks = [model.query_length, model.document_length, model.do_query_expansion, model.attend_to_expansion_tokens];
  const pyLate = isPyLate(model) || marks.some((mark) => mark !== undefined) || model.skiplist_words !== undefined;
  if (!pyLate || model.do_query_expansion === false) return undefined;
  return { strategy: 'fixed', attend: model.attend_to_expansion_tokens ?? false, length: model.query_length ?? 32 };
}

/** The first of the names that has a prompt, as sentence-transformers chooses it. */
function promptOf({ prompts }: ModelConfig, names: readonly ('query' | 'document' | 'passage' | 'corpus')[]): string {
  for (const name of names) if (prompts?.[name] != null) return prompts[name] ?? '';
  return '';
}

/** A prompt without the marker that it may repeat. */
function without(marker: string | null | undefined, prompt: string | null | undefined): string {
  const text = prompt ?? '';
  return marker && text.startsWith(marker) ? text.slice(marker.length) : text;
}

const stanfordSchema = z.looseObject({
  query_token_id: z.string().default('[unused0]'),
  doc_token_id: z.string().default('[unused1]'),
  query_maxlen: z.int().positive().default(32),
  doc_maxlen: z.int().positive().optional(),
  dim: z.int().positive().default(128),
  attend_to_mask_tokens: z.boolean().default(false),
  mask_punctuation: z.boolean().default(true),
});

/**
 * Reads `artifact.metadata`, as the authors of ColBERT write it; the projection is among the weights.
 *
 * @throws {ModelFileError} the file is missing or broken
 */
export async function readStanfordSettings(
  folder: string,
  hiddenSize: number,
): Promise<{ settings: LateSettings; projection: DenseStep }> {
  const file = join(folder, 'artifact.metadata');
  const metadata = await readJsonFile({ path: file, maxBytes }, stanfordSchema);
  if (!metadata) {
    throw new ModelFileError({ file, problem: 'neither this file nor modules.json is there to say what the model is' });
  }
  const settings: LateSettings = {
    queryMarker: `${metadata.query_token_id} `,
    documentMarker: `${metadata.doc_token_id} `,
    queryPrompt: '',
    documentPrompt: '',
    queryLength: undefined,
    documentLength: metadata.doc_maxlen,
    expansion: {
      length: metadata.query_maxlen,
      attention: metadata.attend_to_mask_tokens ? 'attended' : 'unattended',
      token: undefined,
    },
    queryLimit: 'expansion',
    skipped: metadata.mask_punctuation ? punctuation : [],
  };
  const weights = join(folder, 'model.safetensors');
  return {
    settings,
    projection: { kind: 'dense', file: weights, inputs: hiddenSize, outputs: metadata.dim, activation: 'identity' },
  };
}
