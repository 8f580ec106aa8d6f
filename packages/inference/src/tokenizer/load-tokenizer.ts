import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import type { ModelFolder } from '../folder/model-folder.js';
import { readJsonFile } from '../folder/read-json-file.js';
import { bertTokenizer } from './bert-tokenizer.js';
import { readCharsMaps, withKnownNormalizers } from './hub-normalizer.js';
import type { SpecialTokens, TextTokenizer } from './text-tokenizer.js';

/** What a tokenizer needs to know of its model. */
export type TokenizerFolder = Pick<ModelFolder, 'tokenizerFile' | 'tokenizerConfigFile' | 'maxTokens' | 'casing'> & {
  /** @default 'added' */
  readonly specialTokens?: 'added' | 'left out';
};

const maxTokenizerBytes = 128 * 2 ** 20;
const maxConfigBytes = 2 ** 20;
const tokenizerSchema = z.looseObject({ model: z.looseObject({}) });

/**
 * The tokenizer of a model folder.
 *
 * @throws {ModelFileError} `tokenizer.json` is broken, or asks for something that is not supported
 */
export async function loadTokenizer(folder: TokenizerFolder): Promise<TextTokenizer> {
  const file = folder.tokenizerFile;
  const definition = await readJsonFile({ path: file, maxBytes: maxTokenizerBytes }, tokenizerSchema);
  if (!definition) throw new ModelFileError({ file, problem: 'the file is missing' });
  const config = await readJsonFile({ path: folder.tokenizerConfigFile, maxBytes: maxConfigBytes }, z.looseObject({}));
  try {
    const hub = new HubTokenizer(withKnownNormalizers(definition, folder.casing), config ?? {});
    readCharsMaps(hub.normalizer);
    const special = folder.specialTokens === 'left out' ? { prefix: [], suffix: [] } : specialTokens(hub);
    return bertTokenizer(definition, special, folder) ?? hubTokenizer(hub, special, folder.maxTokens);
  } catch (cause) {
    throw new ModelFileError({ file, problem: 'it does not describe a tokenizer that is supported', cause });
  }
}

/** The general tokenizer, for every kind that hubs know. */
export function hubTokenizer(tokenizer: HubTokenizer, special: SpecialTokens, maxTokens: number): TextTokenizer {
  const { prefix, suffix } = special;
  const longest = Math.max(0, maxTokens - prefix.length - suffix.length);
  return {
    kind: 'hub',
    special,
    encode(text, into) {
      const { ids }: { ids: number[] } = tokenizer.encode(text, { add_special_tokens: false });
      for (const id of prefix) into.push(id);
      for (let at = 0; at < ids.length && at < longest; at++) into.push(ids[at] ?? 0);
      for (const id of suffix) into.push(id);
      into.endText();
    },
  };
}

/** The ids around a text, found by comparing a text with them and without. */
export function specialTokens(tokenizer: HubTokenizer): SpecialTokens {
  const bare: number[] = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const full: number[] = tokenizer.encode('a').ids;
  const start = full.findIndex((_, at) => bare.every((id, offset) => full[at + offset] === id));
  if (start < 0 || bare.length === 0) throw new Error('the special tokens do not stand around the text');
  return { prefix: full.slice(0, start), suffix: full.slice(start + bare.length) };
}
