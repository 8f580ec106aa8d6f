import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import type { TokenMerging, TokenRule, TokenVectorHeadSpec } from './head-spec.js';
import { type LateSettings, readLateSettings, readStanfordSettings } from './late-settings.js';
import { type ModelPrecision, readTransformerFolder, type TransformerFolder } from './model-folder.js';
import { type ModelModule, readModuleList } from './module-list.js';
import { readJsonFile } from './read-json-file.js';
import { type PooledStep, readDense } from './sentence-modules.js';

/** What a folder says of a model with a vector for each token. */
export interface MultiVectorFolder {
  readonly folder: TransformerFolder;
  readonly head: TokenVectorHeadSpec;
}

const maxBytes = 2 ** 20;

/**
 * Reads the folder of a late interaction model: as sentence-transformers 6 writes it, as PyLate does, or as the authors
 * of ColBERT do (`artifact.metadata`, no `modules.json`).
 *
 * @throws {ModelFileError} a file is missing or broken, or it is another kind of model
 */
export async function readMultiVectorFolder(folder: string, precision: ModelPrecision): Promise<MultiVectorFolder> {
  const transformer = await readTransformerFolder(folder, precision);
  const modules = await readModuleList(folder);
  if (!modules) {
    const { settings, projection } = await readStanfordSettings(folder, transformer.hiddenSize);
    return {
      folder: transformer,
      head: headOf(transformer, settings, {
        steps: [projection, { kind: 'normalize' }],
        mask: undefined,
        merging: undefined,
      }),
    };
  }
  const settings = await readLateSettings(folder);
  return { folder: transformer, head: headOf(transformer, settings, await readLateModules(folder, modules)) };
}

/** What the modules behind the transformer say. */
interface LateModules {
  readonly steps: readonly PooledStep[];
  readonly mask: z.output<typeof maskSchema> | undefined;
  readonly merging: z.output<typeof mergingSchema> | undefined;
}

const task = z.enum(['query', 'document']);
const tasks = z.union([z.array(task), task.transform((one) => [one])]).default(['document']);

const maskSchema = z.looseObject({
  skiplist_words: z.array(z.string()).nullish(),
  skiplist_tasks: tasks,
  keep_only_token_ids: z.null().optional(),
});

const mergingSchema = z.looseObject({
  pool_factor: z.number().min(1),
  num_protected_tokens: z.int().nonnegative().default(1),
  normalize_embeddings: z.boolean().default(false),
  tasks,
});

async function readLateModules(folder: string, modules: readonly ModelModule[]): Promise<LateModules> {
  const steps: PooledStep[] = [];
  let mask: LateModules['mask'];
  let merging: LateModules['merging'];
  for (const module of modules) {
    const path = join(module.folder, 'config.json');
    if (module.kind === 'Transformer') continue;
    if (module.kind === 'Dense') steps.push(await readDense(module.folder));
    else if (module.kind === 'Normalize') steps.push({ kind: 'normalize' });
    else if (module.kind === 'MultiVectorMask') mask = await readJsonFile({ path, maxBytes }, maskSchema);
    else if (module.kind === 'HierarchicalTokenPooling')
      merging = await readJsonFile({ path, maxBytes }, mergingSchema);
    else {
      throw new ModelFileError({
        file: join(folder, 'modules.json'),
        problem: `the module ${module.kind} has no place in a model with a vector for each token`,
        advice: 'Use a model made of Transformer, Dense, MultiVectorMask, Normalize and HierarchicalTokenPooling.',
      });
    }
  }
  // PyLate masks and normalises in its own code, so its folders do not say so.
  if (!mask) steps.push({ kind: 'normalize' });
  return { steps, mask, merging };
}

function headOf(transformer: TransformerFolder, settings: LateSettings, modules: LateModules): TokenVectorHeadSpec {
  const { steps, mask, merging } = modules;
  const skipped = mask ? (mask.skiplist_words ?? []) : settings.skipped;
  const skipsIn = (kind: z.output<typeof task>): boolean => (mask?.skiplist_tasks ?? ['document']).includes(kind);
  const mergingOf = (kind: z.output<typeof task>): TokenMerging | undefined =>
    merging?.tasks.includes(kind)
      ? {
          factor: merging.pool_factor,
          protectedTokens: merging.num_protected_tokens,
          length: merging.normalize_embeddings ? 'unit' : 'kept',
        }
      : undefined;
  const queries: TokenRule = {
    marker: settings.queryMarker,
    prompt: settings.queryPrompt,
    maxTokens: queryTokens(settings, transformer),
    expansion: settings.expansion,
    skipped: skipsIn('query') ? skipped : [],
    merging: mergingOf('query'),
  };
  const documents: TokenRule = {
    marker: settings.documentMarker,
    prompt: settings.documentPrompt,
    maxTokens: settings.documentLength ?? transformer.maxTokens,
    expansion: undefined,
    skipped: skipsIn('document') ? skipped : [],
    merging: mergingOf('document'),
  };
  return { kind: 'token vectors', steps, queries, documents };
}

/** A fixed expansion is the limit too; any other only raises a limit that is lower. */
function queryTokens({ expansion, queryLength, queryLimit }: LateSettings, { maxTokens }: TransformerFolder): number {
  if (!expansion) return queryLength ?? maxTokens;
  return queryLimit === 'expansion' ? expansion.length : Math.max(queryLength ?? maxTokens, expansion.length);
}
