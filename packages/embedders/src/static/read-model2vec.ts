import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  loadTokenizer,
  ModelFileError,
  parseSafetensors,
  type SafeTensor,
  type TextTokenizer,
  tensorToFloat32,
} from '@sluice/inference';
import { TokenCollector } from '@sluice/inference/wordpiece';
import { z } from 'zod';
import { sha256 } from './sha256.js';
import type { StaticModel } from './static-model.js';
import { float32Table, type SharedRows, type TokenTable } from './token-table.js';

const tokenizerSchema = z.looseObject({
  model: z.looseObject({ unk_id: z.int().nonnegative().nullish(), unk_token: z.string().nullish() }),
});

/**
 * Reads a static model in the form of model2vec: `tokenizer.json` and a `model.safetensors` with a row for each token,
 * or, where the vocabulary was quantized, rows that tokens share (`mapping`) and token weights (`weights`).
 *
 * Tokens that the tokenizer does not know count nothing.
 *
 * Source: github.com/MinishLab/model2vec, the format of its release 0.7.
 *
 * @throws {ModelFileError} a file is missing or broken, or the two do not fit
 */
export async function readModel2Vec(folder: string): Promise<StaticModel> {
  const [weightsFile, tokenizerFile] = [join(folder, 'model.safetensors'), join(folder, 'tokenizer.json')];
  const weights = await read(weightsFile);
  const definition = await read(tokenizerFile);
  const table = float32Table(sharedRows(parseSafetensors(weights, weightsFile), weightsFile));
  const tokenizer = await loadTokenizer({
    tokenizerFile,
    tokenizerConfigFile: join(folder, 'tokenizer_config.json'),
    maxTokens: Number.MAX_SAFE_INTEGER,
    casing: 'kept',
    specialTokens: 'left out',
  });
  const unknown = unknownId(definition, tokenizerFile);
  const hashes = [await sha256(weights), await sha256(definition)];
  return {
    hash: await sha256(new TextEncoder().encode(JSON.stringify(hashes))),
    table,
    tokenize: (text, into) => addKnown(tokenizer, text, { table, unknown, file: tokenizerFile }, into),
  };
}

async function read(file: string): Promise<Uint8Array> {
  return readFile(file).catch((cause: unknown) => {
    throw new ModelFileError({ file, problem: 'the file cannot be read', cause });
  });
}

function unknownId(definition: Uint8Array, file: string): number | undefined {
  const { data } = tokenizerSchema.safeParse(JSON.parse(new TextDecoder().decode(definition)));
  if (!data) throw new ModelFileError({ file, problem: 'it describes no tokenizer' });
  const { unk_id: id, unk_token: token, vocab } = data.model;
  if (typeof id === 'number') return id;
  const ids = z.record(z.string(), z.number()).safeParse(vocab).data;
  return token ? ids?.[token] : undefined;
}

function addKnown(
  tokenizer: TextTokenizer,
  text: string,
  { table, unknown, file }: { table: TokenTable; unknown: number | undefined; file: string },
  into: TokenCollector,
): void {
  const collector = new TokenCollector(1);
  tokenizer.encode(text, collector);
  for (const id of collector.finish().ids) {
    if (id === unknown) continue;
    if (id >= table.tokens) throw new ModelFileError({ file, problem: `token ${id} has no vector` });
    into.push(id);
  }
}

function sharedRows(tensors: ReadonlyMap<string, SafeTensor>, file: string): SharedRows {
  const refuse = (problem: string): ModelFileError => new ModelFileError({ file, problem });
  const embeddings = tensors.get('embeddings');
  const [stored = 0, columns = 0] = embeddings?.shape ?? [];
  if (embeddings?.shape.length !== 2 || columns === 0) throw refuse("it has no matrix 'embeddings'");
  const mapping = tensors.get('mapping');
  const rows = mapping ? integers(mapping, refuse) : Int32Array.from({ length: stored }, (_, row) => row);
  if (rows.some((row) => row < 0 || row >= stored)) throw refuse("'mapping' points to a row that is not there");
  const given = tensors.get('weights');
  const weights = given ? Float64Array.from(doubles(given, file)) : new Float64Array(rows.length).fill(1);
  if (weights.length !== rows.length) throw refuse(`it has ${weights.length} weights for ${rows.length} tokens`);
  return { values: tensorToFloat32(embeddings, file), columns, rows, weights };
}

function integers({ type, bytes }: SafeTensor, refuse: (problem: string) => ModelFileError): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'I32') return Int32Array.from({ length: bytes.length / 4 }, (_, at) => view.getInt32(at * 4, true));
  if (type === 'I64') {
    return Int32Array.from({ length: bytes.length / 8 }, (_, at) => Number(view.getBigInt64(at * 8, true)));
  }
  throw refuse(`'mapping' holds ${type}, not integers`);
}

function doubles(tensor: SafeTensor, file: string): ArrayLike<number> {
  if (tensor.type !== 'F64') return tensorToFloat32(tensor, file);
  return new Float64Array(new Uint8Array(tensor.bytes).buffer);
}
