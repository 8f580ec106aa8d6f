import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type CallOptions, InvalidInputError, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { readModuleList } from '../folder/module-list.js';
import { classifierLabels } from '../folder/pair-folder.js';
import { readSparseFolder } from '../folder/sparse-folder.js';
import type { TermPooling } from './term-head.js';
import { writeGraph } from './write-graph.js';

/** The fields of {@link QuantizeModelOptions}. */
type QuantizeModelFields = {
  /** Folder of the model, with its weights in `model.safetensors`. */
  readonly model: z.ZodString;
  /** The folder to make. It may be there, empty. */
  readonly out: z.ZodString;
  /**
   * `int8`: a byte for each weight, and int8 arithmetic: a quarter of the size and about twice the speed.
   * `float16`: half of the size; the arithmetic is that of float32.
   * @default 'int8'
   */
  readonly precision: z.ZodDefault<z.ZodEnum<{ int8: 'int8'; float16: 'float16' }>>;
};

/** Options of {@link quantizeModel}. */
export type QuantizeModelOptions = z.input<z.ZodObject<QuantizeModelFields>>;

export const quantizeModelOptions: z.ZodObject<QuantizeModelFields, z.core.$strict> = z.strictObject({
  model: z.string().min(1),
  out: z.string().min(1),
  precision: z.enum(['int8', 'float16']).default('int8'),
});

/** What {@link quantizeModel} made. */
export interface QuantizedModel {
  readonly folder: string;
  /** The graph, within the folder. */
  readonly weightsFile: string;
  /** Of the graph. */
  readonly bytes: number;
}

const graphNames = { int8: 'model_quantized.onnx', float16: 'model.onnx' } as const;

/**
 * Makes a smaller copy of a model that can be shipped: its configuration, its tokenizer, the modules behind the
 * transformer as they are, and in `onnx/` a graph that needs no other weights. Open it with `precision: 'int8'`, or with
 * `'float32'` where its weights are stored in float16. The folder appears as a whole or not at all.
 *
 * Where `modules.json` names a SpladePooling, the graph ends with the masked language model head and is opened as any
 * SPLADE model. That of a sequence classifier ends with its head and is opened as any cross-encoder.
 *
 * @throws {InvalidOptionsError} an option is not valid
 * @throws {InvalidInputError} `out` has files in it
 * @throws {ModelFileError} a file of the model is missing or broken, or the family is not one whose graph is written
 * @throws the signal's `reason`, once it has fired
 */
export async function quantizeModel(options: QuantizeModelOptions, call: CallOptions = {}): Promise<QuantizedModel> {
  const { model, out, precision } = parseOptions(quantizeModelOptions, options, 'quantizeModel');
  const target = resolve(out);
  await expectEmpty(target, out);
  const partial = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
  const name = join('onnx', graphNames[precision]);
  try {
    await mkdir(join(partial, 'onnx'), { recursive: true });
    await copySmallFiles(model, partial);
    const weights = join(model, 'model.safetensors');
    const head = { terms: await termsOf(model), labels: await classifierLabels(model) };
    await writeGraph({ weights, precision, ...head, target: join(partial, name), ...call });
    const { size } = await stat(join(partial, name));
    await rename(partial, target);
    return { folder: target, weightsFile: join(target, name), bytes: size };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** How the head of a sparse encoder pools; `undefined` for models that end with their encoder. */
async function termsOf(model: string): Promise<TermPooling | undefined> {
  const modules = await readModuleList(model);
  if (!modules?.some(({ kind }) => kind === 'SpladePooling')) return undefined;
  const { documents } = await readSparseFolder(model);
  if (documents.kind === 'table') return undefined;
  return { pooling: documents.pooling, saturation: documents.saturation };
}

async function expectEmpty(folder: string, source: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new InvalidInputError({ source }, 'no folder can be made there', 'Choose another place.', { cause: error });
  });
  if (names.length > 0) throw new InvalidInputError({ source }, 'the folder is not empty', 'Choose another folder.');
}

/** Configuration, tokenizer, card and licence; and the folders of the modules, which hubs name by their number. */
const SMALL_FILE = /\.(json|txt|md|model)$|^(LICENSE|NOTICE)/i;
const INDEX_OF_WEIGHTS = /\.index\.json$/;
const MODULE_FOLDER = /^\d+_\w+$/;
const MAX_BYTES = 64 * 2 ** 20;

async function copySmallFiles(model: string, target: string): Promise<void> {
  const entries = await readdir(model, { withFileTypes: true }).catch((cause: unknown) => {
    throw new ModelFileError({ file: model, problem: 'there is no such folder', cause });
  });
  for (const entry of entries) {
    const from = join(model, entry.name);
    const wanted = entry.isDirectory()
      ? MODULE_FOLDER.test(entry.name)
      : SMALL_FILE.test(entry.name) && !INDEX_OF_WEIGHTS.test(entry.name);
    if (!wanted) continue;
    const found = await stat(from);
    if (found.isFile() && found.size > MAX_BYTES) continue;
    await cp(from, join(target, entry.name), { recursive: true, dereference: true });
  }
}
