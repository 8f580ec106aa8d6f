import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import type { SparseHeadSpec } from './head-spec.js';
import { insideFolder, type ModelModule, readModuleList, readRoutes } from './module-list.js';
import { readJsonFile } from './read-json-file.js';

/** What a folder says of a model with sparse vectors: how it encodes either kind of text. */
export interface SparseFolder {
  readonly queries: SparseRoute;
  readonly documents: SparseRoute;
  /** Queries through the model, where `queries` is a table beside it; `undefined`: they go the way of documents. */
  readonly encodedQueries?: SparseRoute | undefined;
  /** Terms that a text keeps, the heaviest; `undefined`: all. */
  readonly maxActiveDimensions: number | undefined;
  readonly prompts: Readonly<Record<string, string>>;
}

/** A way from a text to its sparse vector. */
export type SparseRoute = TransformerRoute | TableRoute;

/** Through a transformer with a head that weighs terms. */
export interface TransformerRoute extends Pick<SparseHeadSpec, 'pooling' | 'saturation' | 'vocabularySize' | 'output'> {
  readonly kind: 'transformer';
  /** Folder of the transformer: within the model's, or the same. */
  readonly folder: string;
}

/** Through a table: each token of the text weighs what the table says. */
export interface TableRoute {
  readonly kind: 'table';
  /** Folder of the tokenizer. */
  readonly folder: string;
  /** Weights by id (`.safetensors`, the tensor `weight`) or by token (`.json`). */
  readonly file: string;
}

const maxBytes = 2 ** 20;

const sparseConfigSchema = z.looseObject({
  max_active_dims: z.int().positive().nullish(),
  prompts: z.record(z.string(), z.string()).nullish(),
});

const secondHeadSchema = z.strictObject({
  /** The graph's output: texts x vocabulary, finished weights. */
  output: z.string().min(1),
  /** The same for queries. */
  query_output: z.string().min(1).optional(),
  /** Weights of queries, within `sparse/`. */
  queries: z.string().min(1),
  max_active_dims: z.int().positive().optional(),
});

/**
 * Reads the folder of a sparse encoder as sentence-transformers writes it: a transformer and SpladePooling, a
 * SparseStaticEmbedding, or a Router with one of them for each kind of text. A folder without `modules.json` is taken
 * for a transformer with the pooling of SPLADE v2. Where there is `sparse/config.json`, the folder is that of a dense
 * model whose graph has a sparse head too, and this head is meant.
 *
 * @throws {ModelFileError} a file is missing or broken, or names a module that has no place in a sparse encoder
 */
export async function readSparseFolder(folder: string): Promise<SparseFolder> {
  return (await readSecondHead(folder)) ?? (await readModuleFolder(folder));
}

/** What `sparse/config.json` says of a dense model's sparse head; `undefined` where it is missing. */
export async function readSecondHead(folder: string): Promise<SparseFolder | undefined> {
  const own = join(folder, 'sparse');
  const path = join(own, 'config.json');
  const head = await readJsonFile({ path, maxBytes }, secondHeadSchema);
  if (!head) return undefined;
  const { output, query_output: queryOutput, queries, max_active_dims: maxActiveDimensions } = head;
  // The output is finished: neither pooled nor saturated again.
  const route = await transformerRoute(folder, { pooling: 'max', saturation: 'log' });
  return {
    queries: { kind: 'table', folder, file: insideFolder(own, queries, path) },
    documents: { ...route, output },
    ...(queryOutput !== undefined && { encodedQueries: { ...route, output: queryOutput } }),
    maxActiveDimensions,
    prompts: {},
  };
}

async function readModuleFolder(folder: string): Promise<SparseFolder> {
  const file = join(folder, 'config_sentence_transformers.json');
  const config = (await readJsonFile({ path: file, maxBytes }, sparseConfigSchema)) ?? {};
  const modules = await readModuleList(folder);
  const routes = await routesOf(folder, modules);
  return {
    ...routes,
    maxActiveDimensions: config.max_active_dims ?? undefined,
    prompts: config.prompts ?? {},
  };
}

async function routesOf(
  folder: string,
  modules: readonly ModelModule[] | undefined,
): Promise<Pick<SparseFolder, 'queries' | 'documents'>> {
  const [first] = modules ?? [];
  if (modules?.length === 1 && first && (first.kind === 'Router' || first.kind === 'Asym')) {
    const routes = await readRoutes(first.folder);
    const named = async (name: string): Promise<SparseRoute> => {
      const route = routes.get(name);
      const file = join(first.folder, 'router_config.json');
      if (!route) throw new ModelFileError({ file, problem: `it has no route for a ${name}` });
      return routeOf(route, file);
    };
    return { queries: await named('query'), documents: await named('document') };
  }
  const route = modules
    ? await routeOf(modules, join(folder, 'modules.json'))
    : await transformerRoute(folder, { pooling: 'max', saturation: 'log' });
  return { queries: route, documents: route };
}

async function routeOf(modules: readonly ModelModule[], file: string): Promise<SparseRoute> {
  const [first, second, ...rest] = modules;
  if (first?.kind === 'SparseStaticEmbedding' && !second) return tableRoute(first.folder);
  const transformer = first && (first.kind === 'Transformer' || first.kind === 'MLMTransformer');
  if (transformer && second?.kind === 'SpladePooling' && rest.length === 0) {
    return transformerRoute(first.folder, await readPooling(second.folder));
  }
  throw new ModelFileError({
    file,
    problem: `the modules ${modules.map(({ kind }) => kind).join(', ')} do not make a sparse encoder`,
    advice: 'Use a model of a Transformer with SpladePooling, or of a SparseStaticEmbedding.',
  });
}

const poolingSchema = z.looseObject({
  pooling_strategy: z.enum(['max', 'sum']).default('max'),
  activation_function: z.enum(['relu', 'log1p_relu']).default('relu'),
});

type Pooling = Pick<SparseHeadSpec, 'pooling' | 'saturation'>;

async function readPooling(folder: string): Promise<Pooling> {
  const path = join(folder, 'config.json');
  const config = await readJsonFile({ path, maxBytes }, poolingSchema);
  if (!config) throw new ModelFileError({ file: path, problem: 'the file is missing' });
  return {
    pooling: config.pooling_strategy,
    saturation: config.activation_function === 'relu' ? 'log' : 'log of log',
  };
}

const transformerSchema = z.looseObject({
  vocab_size: z
    .int()
    .min(1)
    .max(2 ** 24),
});

async function transformerRoute(folder: string, pooling: Pooling): Promise<TransformerRoute> {
  const path = join(folder, 'config.json');
  const config = await readJsonFile({ path, maxBytes }, transformerSchema);
  if (!config) throw new ModelFileError({ file: path, problem: 'the file is missing' });
  return { kind: 'transformer', folder, ...pooling, vocabularySize: config.vocab_size };
}

const tableSchema = z.looseObject({ path: z.string().nullish() });

async function tableRoute(folder: string): Promise<TableRoute> {
  const path = join(folder, 'config.json');
  const config = await readJsonFile({ path, maxBytes }, tableSchema);
  const file = config?.path ? insideFolder(folder, config.path, path) : join(folder, 'model.safetensors');
  return { kind: 'table', folder, file };
}
