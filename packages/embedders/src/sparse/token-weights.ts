import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, heaviestTerms, Pace, type SparseMatrix } from '@sluice/core';
import {
  ClosedError,
  loadTokenizer,
  ModelFileError,
  parseSafetensors,
  readVocabulary,
  type TextSource,
  type TextTokenizer,
  TokenCollector,
  tensorToFloat32,
  type Vocabulary,
} from '@sluice/inference';
import { z } from 'zod';
import { SparseRows } from './sparse-rows.js';
import type { SparseSide } from './sparse-side.js';

/** What decides the weight of a token, whatever stands around it. */
export type WeightSource =
  /**
   * Weights by id (`.safetensors`, the tensor `weight`) or by token (`.json`). Where a file has the tensor `term` too,
   * a token counts for the term that it names.
   */
  | { readonly kind: 'file'; readonly file: string }
  /** 1 for every token that is part of a text, 0 for special ones. */
  | { readonly kind: 'ones' };

export interface TokenWeightsOptions {
  /** Folder with `tokenizer.json`. */
  readonly tokenizer: string;
  readonly weights: WeightSource;
  /** Terms that a text keeps, the heaviest; `undefined`: all. */
  readonly maxActiveDimensions: number | undefined;
}

/**
 * Weighs the tokens that a text has by a table: no model runs, so a query costs microseconds. A token that occurs twice
 * weighs as much as one that occurs once. Runs on the calling thread, a few milliseconds at a time.
 *
 * Source: sentence-transformers' SparseStaticEmbedding; inference-free queries, arXiv 2411.04403.
 *
 * @throws {ModelFileError} a file is missing or broken, or a weight is negative or not finite
 */
export async function openTokenWeights(options: TokenWeightsOptions): Promise<SparseSide> {
  const { tokenizer: folder, maxActiveDimensions } = options;
  const tokenizerFile = join(folder, 'tokenizer.json');
  const vocabulary = await readVocabulary(tokenizerFile);
  const { weights, terms } = await readWeights(options.weights, vocabulary, tokenizerFile);
  const tokenizer = await loadTokenizer({
    tokenizerFile,
    tokenizerConfigFile: join(folder, 'tokenizer_config.json'),
    maxTokens: await maxTokensOf(folder),
    casing: 'kept',
    specialTokens: 'left out',
  });
  const hash = createHash('sha256').update(await readFile(tokenizerFile));
  hash.update(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength));
  if (terms) hash.update(new Uint8Array(terms.buffer, terms.byteOffset, terms.byteLength));
  return new TokenWeights(
    folder,
    tokenizer,
    { weights, terms },
    {
      hash: hash.update(JSON.stringify(maxActiveDimensions ?? null)).digest('hex'),
      mostTerms: maxActiveDimensions ?? weights.length,
    },
  );
}

class TokenWeights implements SparseSide {
  readonly vocabularySize: number;
  readonly hash: string;
  readonly tokenizerFile: string;
  readonly #folder: string;
  readonly #tokenizer: TextTokenizer;
  readonly #weights: Float32Array;
  readonly #terms: Uint32Array | undefined;
  readonly #mostTerms: number;
  #closed = false;

  constructor(
    folder: string,
    tokenizer: TextTokenizer,
    { weights, terms }: WeightTable,
    { hash, mostTerms }: { readonly hash: string; readonly mostTerms: number },
  ) {
    this.vocabularySize = weights.length;
    this.hash = hash;
    this.tokenizerFile = join(folder, 'tokenizer.json');
    this.#folder = folder;
    this.#tokenizer = tokenizer;
    this.#weights = weights;
    this.#terms = terms;
    this.#mostTerms = mostTerms;
  }

  async encode(texts: TextSource, { signal, onProgress }: CallOptions = {}): Promise<SparseMatrix> {
    signal?.throwIfAborted();
    if (this.#closed) throw new ClosedError({ owner: this.#folder });
    const rows = new SparseRows();
    const pace = new Pace(signal);
    for (let text = 0; text < texts.length; text++) {
      const { indices, values } = this.#weigh(texts.text(text));
      rows.add(indices, values);
      if (!pace.due && text + 1 < texts.length) continue;
      onProgress?.({ phase: 'encoding', done: text + 1, total: texts.length, unit: texts.unit });
      await pace.rest();
    }
    return rows.finish(this.vocabularySize);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #weigh(text: string): { readonly indices: Uint32Array; readonly values: Float32Array } {
    const collector = new TokenCollector(1);
    this.#tokenizer.encode(text, collector);
    const { ids } = collector.finish();
    const terms = new Set(this.#terms ? Array.from(ids, (id) => this.#terms?.[id] ?? id) : ids);
    const indices = Uint32Array.from([...terms].filter((term) => (this.#weights[term] ?? 0) > 0)).sort();
    const values = Float32Array.from(indices, (id) => this.#weights[id] ?? 0);
    return heaviestTerms({ indices, values }, this.#mostTerms);
  }
}

/** `weights`: of each term. `terms`: the term that each token counts for; where there are none, itself. */
interface WeightTable {
  readonly weights: Float32Array;
  readonly terms?: Uint32Array | undefined;
}

async function readWeights(source: WeightSource, vocabulary: Vocabulary, tokenizerFile: string): Promise<WeightTable> {
  if (source.kind === 'ones') {
    const special = new Set(vocabulary.special);
    return { weights: Float32Array.from(vocabulary.tokens, (token, id) => (token === '' || special.has(id) ? 0 : 1)) };
  }
  const { file } = source;
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new ModelFileError({ file, problem: 'the file is missing', cause });
  });
  const table = file.endsWith('.json')
    ? { weights: weightsByToken(bytes, vocabulary, file) }
    : weightsById(bytes, file);
  const { weights } = table;
  const wrong = weights.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong >= 0) throw new ModelFileError({ file, problem: `the weight of token ${wrong} is ${weights[wrong]}` });
  if (weights.length >= vocabulary.tokens.length) return table;
  throw new ModelFileError({
    file,
    problem: `${weights.length} weights for the ${vocabulary.tokens.length} tokens of ${tokenizerFile}`,
  });
}

function weightsById(bytes: Uint8Array, file: string): WeightTable {
  const tensors = parseSafetensors(bytes, file);
  const weight = tensors.get('weight');
  if (weight?.shape.length !== 1) throw new ModelFileError({ file, problem: "it has no tensor 'weight' of one axis" });
  const weights = tensorToFloat32(weight, file);
  const term = tensors.get('term');
  if (!term) return { weights };
  if (term.type !== 'I32' || term.shape.join() !== weight.shape.join()) {
    throw new ModelFileError({ file, problem: "its tensor 'term' is not I32 in the shape of 'weight'" });
  }
  const view = new DataView(term.bytes.buffer, term.bytes.byteOffset, term.bytes.byteLength);
  const terms = Int32Array.from(weights, (_, id) => view.getInt32(4 * id, true));
  const outside = terms.find((each) => each < 0 || each >= weights.length);
  if (outside !== undefined) throw new ModelFileError({ file, problem: `'term' names ${outside}, which is no term` });
  return { weights, terms: Uint32Array.from(terms) };
}

const tableSchema = z.record(z.string(), z.number());

/** Tokens that the vocabulary lacks have no effect, as in sentence-transformers. */
function weightsByToken(bytes: Uint8Array, vocabulary: Vocabulary, file: string): Float32Array {
  const weights = new Float32Array(vocabulary.tokens.length);
  for (const [token, weight] of Object.entries(parseTable(bytes, file))) {
    const id = vocabulary.idOf(token);
    if (id !== undefined) weights[id] = weight;
  }
  return weights;
}

function parseTable(bytes: Uint8Array, file: string): Record<string, number> {
  try {
    return tableSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new ModelFileError({ file, problem: 'it is not an object of numbers by token', cause });
  }
}

const limitSchema = z.looseObject({ model_max_length: z.number().positive().nullish() });

async function maxTokensOf(folder: string): Promise<number> {
  const file = join(folder, 'tokenizer_config.json');
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const most = 2 ** 20;
  try {
    return Math.floor(Math.min(limitSchema.parse(JSON.parse(text)).model_max_length ?? most, most));
  } catch (cause) {
    throw new ModelFileError({ file, problem: 'it is not JSON, or its model_max_length is no number', cause });
  }
}
