import { ModelFileError } from '@sluice/inference/model-file-error';
import { parseSafetensors, type SafeTensor, tensorToFloat32 } from '@sluice/inference/safetensors';
import { WordPiece } from '@sluice/inference/wordpiece';
import { z } from 'zod';
import { sha256 } from './sha256.js';
import type { StaticModel } from './static-model.js';
import { int8Table, type TokenTable } from './token-table.js';

/** The files of a static model, as they come from a folder, a bundle or a download. */
export interface StaticModelFiles {
  /** `config.json`, parsed. */
  readonly config: unknown;
  /** `vocab.txt`: UTF-8, a token a line. */
  readonly vocabulary: Uint8Array;
  /** `model.safetensors`. */
  readonly weights: Uint8Array;
}

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'not a sha256 in hexadecimal');

export const staticModelConfig: z.ZodType<StaticModelConfig> = z.looseObject({
  format: z.literal(1),
  type: z.literal('static'),
  dimensions: z.int().min(1).max(65_536),
  vocabularySize: z
    .int()
    .min(1)
    .max(2 ** 24),
  similarity: z.literal('cosine'),
  pooling: z.literal('sum'),
  normalize: z.literal('l2'),
  tokenizer: z.looseObject({
    type: z.literal('bert-wordpiece'),
    sha256: sha256Hex,
    lowercase: z.boolean(),
    stripAccents: z.boolean(),
    splitCjk: z.boolean(),
    unknownToken: z.string(),
    continuationPrefix: z.string().min(1),
    maxWordLength: z.int().positive(),
    addSpecialTokens: z.literal(false),
  }),
  weights: z.looseObject({ sha256: sha256Hex, embeddings: z.string(), scales: z.string() }),
});

/** `config.json` of a static model; the format is described in the model's package. */
export interface StaticModelConfig {
  readonly dimensions: number;
  readonly vocabularySize: number;
  readonly tokenizer: {
    readonly sha256: string;
    readonly lowercase: boolean;
    readonly stripAccents: boolean;
    readonly splitCjk: boolean;
    readonly unknownToken: string;
    readonly continuationPrefix: string;
    /** In code points. */
    readonly maxWordLength: number;
  };
  /** Checksum of the weights and names of their tensors. */
  readonly weights: { readonly sha256: string; readonly embeddings: string; readonly scales: string };
}

/**
 * A static model from the bytes of its files: runs in a browser. Checksums, shapes and numbers are checked.
 *
 * @param source what to call the model in errors: its folder or address
 * @throws {ModelFileError} a file is damaged, or does not fit the others
 */
export async function parseStaticModel(files: StaticModelFiles, source: string): Promise<StaticModel> {
  const config = parseConfig(files.config, `${source}/config.json`);
  const vocabularyFile = `${source}/vocab.txt`;
  const weightsFile = `${source}/model.safetensors`;
  await expectSha256(files.vocabulary, config.tokenizer.sha256, vocabularyFile);
  await expectSha256(files.weights, config.weights.sha256, weightsFile);
  const tokenizer = new WordPiece({
    vocabulary: parseVocabulary(files.vocabulary, config, vocabularyFile),
    normalization: {
      casing: config.tokenizer.lowercase ? 'lowered' : 'kept',
      accents: config.tokenizer.stripAccents ? 'stripped' : 'kept',
      ideographs: config.tokenizer.splitCjk ? 'spaced' : 'kept',
    },
    unknownToken: config.tokenizer.unknownToken,
    continuationPrefix: config.tokenizer.continuationPrefix,
    maxWordLength: config.tokenizer.maxWordLength,
  });
  return {
    hash: await sha256(new TextEncoder().encode(JSON.stringify([config.tokenizer, config.weights]))),
    table: parseTable(files.weights, config, weightsFile),
    tokenize: (text, into) => tokenizer.encode(text, into),
  };
}

function parseConfig(config: unknown, file: string): StaticModelConfig {
  const result = staticModelConfig.safeParse(config);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ModelFileError({ file, problem: `${issue?.path.join('.')} is not valid: ${issue?.message}` });
}

async function expectSha256(bytes: Uint8Array, expected: string, file: string): Promise<void> {
  const found = await sha256(bytes);
  if (found !== expected) throw new ModelFileError({ file, problem: `its sha256 is ${found}, not ${expected}` });
}

function parseVocabulary(
  bytes: Uint8Array,
  { vocabularySize, tokenizer }: StaticModelConfig,
  file: string,
): ReadonlyMap<string, number> {
  const tokens = new TextDecoder().decode(bytes).replace(/\n$/, '').split('\n');
  const vocabulary = new Map(tokens.map((token, id) => [token, id]));
  if (vocabulary.size !== vocabularySize || tokens.length !== vocabularySize) {
    throw new ModelFileError({
      file,
      problem: `${vocabulary.size} different tokens where ${vocabularySize} are announced`,
    });
  }
  if (!vocabulary.has(tokenizer.unknownToken)) {
    throw new ModelFileError({ file, problem: `the token ${tokenizer.unknownToken} is missing` });
  }
  return vocabulary;
}

function parseTable(bytes: Uint8Array, config: StaticModelConfig, file: string): TokenTable {
  const { dimensions, vocabularySize } = config;
  const tensors = parseSafetensors(bytes, file);
  const scales = tensorOf(tensors, config.weights.scales, 'F32', [vocabularySize], file);
  const embeddings = tensorOf(tensors, config.weights.embeddings, 'I8', [vocabularySize, dimensions], file);
  const { buffer, byteOffset, byteLength } = embeddings.bytes;
  return int8Table(new Int8Array(buffer, byteOffset, byteLength), tensorToFloat32(scales, file), dimensions);
}

function tensorOf(
  tensors: ReadonlyMap<string, SafeTensor>,
  name: string,
  type: SafeTensor['type'],
  shape: readonly number[],
  file: string,
): SafeTensor {
  const tensor = tensors.get(name);
  if (tensor?.type === type && tensor.shape.join() === shape.join()) return tensor;
  throw new ModelFileError({ file, problem: `it has no tensor '${name}' of ${type}, ${shape.join(' x ')}` });
}
