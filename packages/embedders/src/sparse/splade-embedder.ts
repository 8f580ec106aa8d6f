import { createHash } from 'node:crypto';
import {
  type CallOptions,
  InvalidOptionsError,
  parseOptions,
  type SparseEmbedder,
  type SparseMatrix,
  type TitledText,
} from '@sluice/core';
import {
  type ModelRegistry,
  type OpenModel,
  openSparseModel,
  processModels,
  readSparseFolder,
  readVocabulary,
  type SparseFolder,
  type SparseRoute,
  type TextModelFields,
  textModelOptions,
  type Vocabulary,
} from '@sluice/inference';
import { z } from 'zod';
import { promptedTexts } from '../transformer/prompted-texts.js';
import { promptFor } from '../transformer/prompts.js';
import { decodeTerms, type WeighedTerm } from './decode-terms.js';
import type { SparseSide } from './sparse-side.js';
import { openTokenWeights } from './token-weights.js';

/** How queries are encoded. */
export type QueryEncoding = 'folder' | 'model' | 'words' | { readonly weights: string };

/** The options of {@link spladeEmbedder}, field by field. */
export type SpladeEmbedderFields = TextModelFields & {
  /**
   * How queries are encoded: `folder`, as the model's folder says; `model`, by the model even where the folder has a
   * table for them; `words`, each token of the query weighs 1 (SPLADE-doc); or by a table of your own, a file with
   * weights by token (`.json`) or by id (`.safetensors`).
   * @default 'folder'
   */
  readonly queries: z.ZodDefault<z.ZodType<QueryEncoding>>;
  /**
   * Terms that a text keeps, the heaviest. 1 to the vocabulary's size.
   * @default what the model's folder says, else all
   */
  readonly maxActiveDimensions: z.ZodOptional<z.ZodInt>;
  /**
   * Text put before every query, instead of the one that the model's folder prescribes. May be empty.
   * @default the folder's prompt `query`, else none
   */
  readonly queryPrompt: z.ZodOptional<z.ZodString>;
  /**
   * Text put before every document, instead of the one that the model's folder prescribes. May be empty.
   * @default the folder's prompt `document`, `passage` or `corpus`, else none
   */
  readonly documentPrompt: z.ZodOptional<z.ZodString>;
};

/** Options of {@link spladeEmbedder}. */
export type SpladeEmbedderOptions = z.input<z.ZodObject<SpladeEmbedderFields>>;

const queryEncoding: z.ZodType<QueryEncoding> = z.union([
  z.enum(['folder', 'model', 'words']),
  z.strictObject({ weights: z.string().min(1) }),
]);

export const spladeEmbedderOptions: z.ZodObject<SpladeEmbedderFields, z.core.$strict> = z.strictObject({
  ...textModelOptions.shape,
  queries: queryEncoding.default('folder'),
  maxActiveDimensions: z.int().min(1).optional(),
  queryPrompt: z.string().optional(),
  documentPrompt: z.string().optional(),
});

/** What {@link SpladeEmbedder.decode} takes besides the vectors. */
export interface DecodeOptions {
  /**
   * Terms of each row, the heaviest. At least 1.
   * @default all
   */
  readonly topK?: number;
}

/** A sparse embedder that can say which terms its vectors are made of. */
export interface SpladeEmbedder extends SparseEmbedder {
  /**
   * The terms of each row, heaviest first. Reads the vocabulary on its first call, on the calling thread.
   *
   * @throws {InvalidOptionsError} `topK` is not a whole number of at least 1
   */
  decode(encoded: SparseMatrix, options?: DecodeOptions): Promise<WeighedTerm[][]>;
  close(): Promise<void>;
}

/**
 * Weighs the terms of a vocabulary with a masked language model, from a local folder, as sentence-transformers'
 * SparseEncoder does: log(1 + ReLU(logit)), its maximum (or sum) over a text's tokens. Tokenizing and running happen in
 * worker threads; long batches are run in parts, so that logits never take more than 64 MiB, or those of one text.
 *
 * Folders whose queries are weighed by a table (SparseStaticEmbedding) encode them without a model; where documents are
 * too, ONNX Runtime is not needed.
 *
 * Source: SPLADE v2, arXiv 2109.10086.
 *
 * @param registry where open models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, one is broken, or it is another kind of model
 * @throws {MissingPeerError} `onnxruntime-node` is needed and not installed
 * @example const embedder = await spladeEmbedder({ model: 'models/splade-v3', maxActiveDimensions: 200 });
 */
export async function spladeEmbedder(
  options: SpladeEmbedderOptions,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<SpladeEmbedder> {
  const { queries, maxActiveDimensions, queryPrompt, documentPrompt, ...model } = parseOptions(
    spladeEmbedderOptions,
    options,
    'spladeEmbedder',
  );
  const folder = await readSparseFolder(model.model);
  const opening: Opening = {
    model,
    registry,
    maxActiveDimensions: maxActiveDimensions ?? folder.maxActiveDimensions,
  };
  const documents = await openRoute(folder.documents, opening);
  try {
    return new TwoSidedEmbedder(await openQueries(queries, folder, opening), documents, {
      query: queryPrompt ?? promptFor(folder, ['query']),
      document: documentPrompt ?? promptFor(folder, ['document', 'passage', 'corpus']),
    });
  } catch (error) {
    await documents.close();
    throw error;
  }
}

/** What both sides are opened with. */
interface Opening {
  readonly model: z.output<typeof textModelOptions>;
  readonly registry: ModelRegistry<OpenModel>;
  readonly maxActiveDimensions: number | undefined;
}

async function openQueries(queries: QueryEncoding, folder: SparseFolder, opening: Opening): Promise<SparseSide> {
  if (queries === 'folder') return openRoute(folder.queries, opening);
  if (queries === 'model') return openRoute(folder.encodedQueries ?? folder.documents, opening);
  return openTokenWeights({
    tokenizer: folder.documents.folder,
    weights: queries === 'words' ? { kind: 'ones' } : { kind: 'file', file: queries.weights },
    maxActiveDimensions: opening.maxActiveDimensions,
  });
}

async function openRoute(route: SparseRoute, opening: Opening): Promise<SparseSide> {
  const { maxActiveDimensions, registry } = opening;
  if (route.kind === 'table') {
    const weights = { kind: 'file', file: route.file } as const;
    return openTokenWeights({ tokenizer: route.folder, weights, maxActiveDimensions });
  }
  const { pooling, saturation, vocabularySize, output } = route;
  const spec = { pooling, saturation, vocabularySize, maxActiveDimensions, output };
  const model = await openSparseModel({ ...opening.model, model: route.folder }, spec, registry);
  return {
    vocabularySize: model.dimensions,
    hash: `${opening.model.precision}:${model.hash}`,
    tokenizerFile: model.folder.tokenizerFile,
    encode: (texts, callOptions) => model.encode(texts, callOptions),
    close: () => model.close(),
  };
}

class TwoSidedEmbedder implements SpladeEmbedder {
  readonly vocabularySize: number;
  readonly fingerprint: string;
  readonly #sides: { readonly query: SparseSide; readonly document: SparseSide };
  readonly #prompts: { readonly query: string; readonly document: string };
  #vocabulary: Promise<Vocabulary> | undefined;

  constructor(query: SparseSide, document: SparseSide, prompts: { query: string; document: string }) {
    this.#sides = { query, document };
    this.#prompts = prompts;
    this.vocabularySize = Math.max(query.vocabularySize, document.vocabularySize);
    const facts = JSON.stringify([query.hash, document.hash, prompts.query, prompts.document]);
    this.fingerprint = `splade:${this.vocabularySize}:${createHash('sha256').update(facts).digest('hex')}`;
  }

  encodeQueries(texts: readonly string[], options?: CallOptions): Promise<SparseMatrix> {
    return this.#encode(texts, 'query', options);
  }

  encodeDocuments(documents: readonly (string | TitledText)[], options?: CallOptions): Promise<SparseMatrix> {
    return this.#encode(documents, 'document', options);
  }

  async decode(
    encoded: SparseMatrix,
    { topK = Number.POSITIVE_INFINITY }: DecodeOptions = {},
  ): Promise<WeighedTerm[][]> {
    if (!(topK >= 1) || (topK < Number.POSITIVE_INFINITY && !Number.isInteger(topK))) {
      const issues = [{ path: 'topK', message: `${topK} is not a whole number of at least 1` }];
      throw new InvalidOptionsError({ owner: 'decode', issues });
    }
    this.#vocabulary ??= readVocabulary(this.#sides.document.tokenizerFile);
    return decodeTerms(encoded, await this.#vocabulary, topK);
  }

  async close(): Promise<void> {
    await Promise.all([this.#sides.query.close(), this.#sides.document.close()]);
  }

  async #encode(
    inputs: readonly (string | TitledText)[],
    kind: 'query' | 'document',
    options?: CallOptions,
  ): Promise<SparseMatrix> {
    const texts = promptedTexts(inputs, this.#prompts[kind], kind === 'query' ? 'queries' : 'documents');
    const encoded = await this.#sides[kind].encode(texts, options);
    // One side may have more terms: vocabularies are padded to round sizes.
    return { ...encoded, columns: this.vocabularySize };
  }
}
