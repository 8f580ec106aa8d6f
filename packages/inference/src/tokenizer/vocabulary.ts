import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { readJsonFile } from '../folder/read-json-file.js';

/** The tokens that a model knows. */
export interface Vocabulary {
  /** Each token's spelling, by its id. Ids without a token have the empty string. */
  readonly tokens: readonly string[];
  /** Ids of tokens that are no part of any text, such as those around it. */
  readonly special: readonly number[];
  /** The id of a token as it is spelled in the vocabulary. */
  idOf(token: string): number | undefined;
}

const maxTokens = 2 ** 24;
const id = z.int().nonnegative().max(maxTokens);
const vocabularySchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id, content: z.string(), special: z.boolean().default(false) })).optional(),
  model: z.looseObject({
    vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()]))]),
  }),
});

/**
 * Reads the vocabulary of a `tokenizer.json`: of word pieces, byte pairs or unigrams, with what was added to it.
 *
 * @throws {ModelFileError} the file is missing, broken, or describes another kind of tokenizer
 */
export async function readVocabulary(file: string): Promise<Vocabulary> {
  const definition = await readJsonFile({ path: file, maxBytes: 128 * 2 ** 20 }, vocabularySchema);
  if (!definition) throw new ModelFileError({ file, problem: 'the file is missing' });
  const { vocab } = definition.model;
  const ids = Array.isArray(vocab)
    ? new Map(vocab.map(([token], position) => [token, position]))
    : new Map(Object.entries(vocab));
  const added = definition.added_tokens ?? [];
  for (const { content, id } of added) ids.set(content, id);
  return vocabularyOf(
    ids,
    added.flatMap((token) => (token.special ? [token.id] : [])),
  );
}

function vocabularyOf(ids: ReadonlyMap<string, number>, special: readonly number[]): Vocabulary {
  let size = 0;
  for (const each of ids.values()) size = Math.max(size, each + 1);
  const tokens = Array<string>(size).fill('');
  for (const [token, each] of ids) tokens[each] = token;
  return { tokens, special, idOf: (token) => ids.get(token) };
}

const named = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const rolesSchema = z.looseObject({ mask_token: named, eos_token: named, pad_token: named, unk_token: named });

/**
 * The token that stands for a gap, or, in models without one, the token that ends a text. `undefined` without either.
 *
 * @throws {ModelFileError} a file is broken
 */
export async function readMaskToken(folder: string): Promise<string | undefined> {
  for (const name of ['tokenizer_config.json', 'special_tokens_map.json']) {
    const roles = await readJsonFile({ path: join(folder, name), maxBytes: 2 ** 20 }, rolesSchema);
    const token = roles?.mask_token ?? roles?.eos_token;
    if (token) return typeof token === 'string' ? token : token.content;
  }
  return undefined;
}
