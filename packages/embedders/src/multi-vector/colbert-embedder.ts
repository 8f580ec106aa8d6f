import { createHash } from 'node:crypto';
import {
  type CallOptions,
  type MultiVectorEmbedder,
  type MultiVectors,
  parseOptions,
  type TitledText,
} from '@sluice/core';
import {
  type ModelRegistry,
  type MultiVectorModel,
  type OpenModel,
  openMultiVectorModel,
  processModels,
  readMultiVectorFolder,
  type TextModelFields,
  type TextTask,
  type TokenRule,
  type TokenVectorHeadSpec,
  textModelOptions,
} from '@sluice/inference';
import { z } from 'zod';
import { promptedTexts } from '../transformer/prompted-texts.js';

/** How the vectors of a document are merged. */
export type TokenPooling = 'folder' | 'none' | TokenPoolingOptions;

/** Merging of similar token vectors of a document. */
export interface TokenPoolingOptions {
  /** Tokens that become one vector, on average: 2 halves an index. 1 to 1,000. */
  readonly factor: number;
  /**
   * Leading tokens that stay as they are.
   * @default 1
   */
  readonly protectedTokens?: number | undefined;
}

/** The options of {@link colbertEmbedder}, field by field. */
export type ColbertEmbedderFields = TextModelFields & {
  /**
   * How the vectors of a document are merged: `folder`, as the model's folder says (most say nothing); `none`; or by
   * Ward's clustering of cosine distances, scaled to length 1 after it.
   * @default 'folder'
   */
  readonly tokenPooling: z.ZodDefault<z.ZodType<TokenPooling>>;
  /**
   * Tokens of documents that get no vector, as the vocabulary spells them: punctuation, mostly. `folder`: those that the
   * model's folder names.
   * @default 'folder'
   */
  readonly skippedTokens: z.ZodDefault<z.ZodUnion<readonly [z.ZodLiteral<'folder'>, z.ZodArray<z.ZodString>]>>;
  /**
   * Tokens of a query, markers included; longer ones are cut. Where the model fills queries up, they are filled up to it.
   * @default what the model's folder says
   */
  readonly queryTokens: z.ZodOptional<z.ZodInt>;
  /**
   * Tokens of a document, markers included; longer ones are cut. The transformer must have as many positions.
   * @default what the model's folder says
   */
  readonly documentTokens: z.ZodOptional<z.ZodInt>;
};

/** Options of {@link colbertEmbedder}. */
export type ColbertEmbedderOptions = z.input<z.ZodObject<ColbertEmbedderFields>>;

const tokenPooling: z.ZodType<TokenPooling> = z.union([
  z.enum(['folder', 'none']),
  z.strictObject({ factor: z.number().min(1).max(1000), protectedTokens: z.int().nonnegative().optional() }),
]);
const tokens = z
  .int()
  .min(4)
  .max(2 ** 20)
  .optional();

export const colbertEmbedderOptions: z.ZodObject<ColbertEmbedderFields, z.core.$strict> = z.strictObject({
  ...textModelOptions.shape,
  tokenPooling: tokenPooling.default('folder'),
  skippedTokens: z.union([z.literal('folder'), z.array(z.string())]).default('folder'),
  queryTokens: tokens,
  documentTokens: tokens,
});

/** A multi-vector embedder over a model in worker threads. */
export interface ColbertEmbedder extends MultiVectorEmbedder {
  /** The model underneath: what its folder says, and how many batches it ran. */
  readonly model: MultiVectorModel;
  close(): Promise<void>;
}

/**
 * Makes a vector of each token with a late interaction model from a local folder, as sentence-transformers'
 * MultiVectorEncoder, PyLate and ColBERT's own code do: markers, queries filled up with masks, punctuation of documents
 * skipped, linear projection and normalisation are the folder's. Everything runs in worker threads.
 *
 * Source: ColBERT, arXiv 2004.12832; token pooling, arXiv 2409.14683.
 *
 * @param registry where open models are shared; one of your own shares nothing with the rest of the process
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelFileError} the folder lacks a file, one is broken, or it is another kind of model
 * @throws {MissingPeerError} `onnxruntime-node` is not installed
 * @example const embedder = await colbertEmbedder({ model: 'models/colbertv2.0', tokenPooling: { factor: 2 } });
 */
export async function colbertEmbedder(
  options: ColbertEmbedderOptions,
  registry: ModelRegistry<OpenModel> = processModels,
): Promise<ColbertEmbedder> {
  const parsed = parseOptions(colbertEmbedderOptions, options, 'colbertEmbedder');
  const { tokenPooling: pooling, skippedTokens, queryTokens, documentTokens, ...modelOptions } = parsed;
  const { head } = await readMultiVectorFolder(modelOptions.model, modelOptions.precision);
  const spec: TokenVectorHeadSpec = {
    ...head,
    queries: limited(head.queries, queryTokens),
    documents: skipping(pooled(limited(head.documents, documentTokens), pooling), skippedTokens),
  };
  return new LateInteractionEmbedder(await openMultiVectorModel(modelOptions, spec, registry), spec, parsed.precision);
}

function limited(rule: TokenRule, maxTokens: number | undefined): TokenRule {
  if (maxTokens === undefined) return rule;
  const { expansion } = rule;
  return { ...rule, maxTokens, expansion: expansion && { ...expansion, length: maxTokens } };
}

function pooled(rule: TokenRule, pooling: TokenPooling): TokenRule {
  if (pooling === 'folder') return rule;
  if (pooling === 'none') return { ...rule, merging: undefined };
  return {
    ...rule,
    merging: { factor: pooling.factor, protectedTokens: pooling.protectedTokens ?? 1, length: 'unit' },
  };
}

function skipping(rule: TokenRule, skipped: 'folder' | readonly string[]): TokenRule {
  return skipped === 'folder' ? rule : { ...rule, skipped };
}

class LateInteractionEmbedder implements ColbertEmbedder {
  readonly model: MultiVectorModel;
  readonly dimensions: number;
  readonly similarity: MultiVectorEmbedder['similarity'];
  readonly fingerprint: string;

  constructor(model: MultiVectorModel, spec: TokenVectorHeadSpec, precision: string) {
    this.model = model;
    this.dimensions = model.dimensions;
    this.similarity = isUnit(spec, spec.queries) && isUnit(spec, spec.documents) ? 'cosine' : 'dot';
    const hash = createHash('sha256').update(model.hash).digest('hex');
    this.fingerprint = `colbert:${precision}:${model.dimensions}:${hash}`;
  }

  encodeQueries(texts: readonly string[], options?: CallOptions): Promise<MultiVectors> {
    return this.#encode(texts, 'query', options);
  }

  encodeDocuments(documents: readonly (string | TitledText)[], options?: CallOptions): Promise<MultiVectors> {
    return this.#encode(documents, 'document', options);
  }

  close(): Promise<void> {
    return this.model.close();
  }

  #encode(inputs: readonly (string | TitledText)[], task: TextTask, options?: CallOptions): Promise<MultiVectors> {
    // Markers and prompts are put in with the tokens, where a marker is one.
    const texts = promptedTexts(inputs, '', task === 'query' ? 'queries' : 'documents');
    return this.model.encode({ ...texts, task }, options);
  }
}

/** Whether the vectors of a kind of text have unit length in the end. */
function isUnit({ steps }: TokenVectorHeadSpec, { merging }: TokenRule): boolean {
  return merging && merging.factor > 1 ? merging.length === 'unit' : steps.at(-1)?.kind === 'normalize';
}
