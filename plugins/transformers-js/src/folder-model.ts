import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { type Embedder, InvalidOptionsError, paced } from '@sluice/core';
import { batchEmbedder } from '@sluice/embedders';
import { ModelFileError, type ModelFolder, onnxFileSteps, readModelFolder } from '@sluice/inference';
import { z } from 'zod';

/** The options of both embedders, field by field. */
export type FolderModelFields = {
  /** Folder of the model, as hubs lay it out. Nothing is ever downloaded. */
  readonly model: z.ZodString;
  /**
   * Which weights: `onnx/model.onnx` or `onnx/model_quantized.onnx`.
   * @default 'float32'
   */
  readonly precision: z.ZodDefault<z.ZodEnum<{ float32: 'float32'; int8: 'int8' }>>;
  /**
   * Leading dimensions to keep, rows scaled to length 1 again.
   * @default what the model's folder says, else all
   */
  readonly dimensions: z.ZodOptional<z.ZodInt>;
  /**
   * Text put before every query, instead of the folder's prompt `query`. May be empty.
   * @default the folder's, else none
   */
  readonly queryPrompt: z.ZodOptional<z.ZodString>;
  /**
   * Text put before every document, instead of the folder's prompt `document`, `passage` or `corpus`. May be empty.
   * @default the folder's, else none
   */
  readonly documentPrompt: z.ZodOptional<z.ZodString>;
  /**
   * Texts of a batch. 1 to 1024.
   * @default 32
   */
  readonly maxTexts: z.ZodDefault<z.ZodInt>;
  /**
   * Characters of a batch; a longer text is a batch by itself.
   * @default 16384
   */
  readonly maxCharacters: z.ZodDefault<z.ZodInt>;
  /**
   * Threads of one run. 1 to 256.
   * @default as many as ONNX Runtime takes by itself
   */
  readonly threads: z.ZodOptional<z.ZodInt>;
};

/** {@link FolderModelFields} with the defaults filled in. */
export type FolderModelSettings = z.output<z.ZodObject<FolderModelFields>>;

export const folderModelFields: FolderModelFields = {
  model: z.string().min(1),
  precision: z.enum(['float32', 'int8']).default('float32'),
  dimensions: z.int().positive().optional(),
  queryPrompt: z.string().optional(),
  documentPrompt: z.string().optional(),
  maxTexts: z.int().min(1).max(1024).default(32),
  maxCharacters: z.int().min(1).default(16_384),
  threads: z.int().min(1).max(256).optional(),
};

/** What runs a folder's model. */
export interface FolderRunner {
  encode(texts: readonly string[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * An embedder over a folder and whatever runs it.
 *
 * @param line names what runs it, for the fingerprint
 * @throws {ModelFileError} the folder lacks a file, the graph is not a sound ONNX file, or it has parts that are not
 *   supported here
 */
export async function folderEmbedder(
  owner: string,
  line: string,
  settings: FolderModelSettings,
  open: (folder: ModelFolder) => Promise<FolderRunner>,
): Promise<Required<Embedder>> {
  const folder = await plainFolder(settings);
  const full = folder.hiddenSize * folder.modules.poolings.length;
  const dimensions = settings.dimensions ?? folder.truncatedDimensions ?? full;
  if (dimensions > full) {
    const message = `${dimensions} is not between 1 and the model's ${full}`;
    throw new InvalidOptionsError({ owner, issues: [{ path: 'dimensions', message }] });
  }
  const prompts = {
    query: settings.queryPrompt ?? promptOf(folder, ['query']),
    document: settings.documentPrompt ?? promptOf(folder, ['document', 'passage', 'corpus']),
  };
  const { similarity, precision } = folder;
  const fingerprint = `${line}:${precision}:${dimensions}:${await hashOf(folder, [prompts.query, prompts.document])}`;
  const runner = await open(folder);
  return batchEmbedder({
    owner,
    dimensions,
    similarity,
    fingerprint,
    prompts,
    limits: { maxTexts: settings.maxTexts, maxCharacters: settings.maxCharacters },
    concurrency: 1,
    order: 'by length',
    emptyTexts: 'encoded',
    encode: async (texts) => leading(await runner.encode(texts), texts.length, dimensions),
    close: () => runner.close(),
  });
}

async function plainFolder({ model, precision }: FolderModelSettings): Promise<ModelFolder> {
  const path = await realpath(model).catch((cause: unknown) => {
    throw new ModelFileError({ file: model, problem: 'there is no such folder', cause });
  });
  const folder = await readModelFolder(path, precision);
  const advice = 'Use transformerEmbedder of @sluice/embedders, which has all of them.';
  const refuse = (problem: string) => new ModelFileError({ file: folder.folder, problem, advice });
  if (folder.modules.steps.some(({ kind }) => kind === 'dense')) throw refuse('dense layers are not supported here');
  if (folder.modules.promptTokens === 'left out') throw refuse('leaving prompts out of pooling is not supported here');
  if (!folder.weightsFile.endsWith('.onnx')) throw refuse('transformers.js needs weights in onnx/');
  return folder;
}

function promptOf({ prompts }: ModelFolder, names: readonly string[]): string {
  return names.map((name) => prompts[name]).find((prompt) => prompt) ?? '';
}

/** The first columns of each row, where fewer are kept. */
function leading(rows: Float32Array, count: number, columns: number): Float32Array {
  const width = rows.length / count;
  if (width === columns) return rows;
  const kept = new Float32Array(count * columns);
  for (let row = 0; row < count; row++) kept.set(rows.subarray(row * width, row * width + columns), row * columns);
  return kept;
}

async function hashOf(folder: ModelFolder, prompts: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const others = await paced(onnxFileSteps(folder.weightsFile));
  for (const file of [folder.weightsFile, ...others, folder.tokenizerFile]) {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  }
  const { maxTokens, casing, paddingSide, paddingId, similarity, modules } = folder;
  const facts = [maxTokens, casing, paddingSide, paddingId, similarity, modules.poolings, modules.steps, prompts];
  return hash.update(JSON.stringify(facts)).digest('hex');
}
