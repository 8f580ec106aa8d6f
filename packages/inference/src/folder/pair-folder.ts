import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import type { ScoreActivation } from '../score-activation.js';
import { type ModelPrecision, readTransformerFolder, type TransformerFolder } from './model-folder.js';
import { readModuleList } from './module-list.js';
import { readJsonFile } from './read-json-file.js';

/** What a folder says of a model that scores two texts together. */
export interface PairFolder {
  readonly folder: TransformerFolder;
  /** Names of the labels, one for each logit. */
  readonly labels: readonly string[];
  /** What its author puts after the logits. */
  readonly activation: ScoreActivation;
}

const maxBytes = 2 ** 20;

const configSchema = z.looseObject({
  architectures: z.array(z.string()).nullish(),
  id2label: z.record(z.string().regex(/^\d+$/), z.string()).nullish(),
  num_labels: z.int().min(1).max(100_000).nullish(),
  sentence_transformers: z.looseObject({ activation_fn: z.string().nullish() }).nullish(),
  sbert_ce_default_activation_function: z.string().nullish(),
});

const settingsSchema = z.looseObject({
  activation_fn: z.string().nullish(),
  default_prompt_name: z.string().nullish(),
  prompts: z.record(z.string(), z.string()).nullish(),
});

type Config = z.output<typeof configSchema>;

/**
 * Reads the folder of a cross-encoder: a sequence classifier as transformers saves it, with or without the files of
 * sentence-transformers. The activation is looked for where its versions put it: `config_sentence_transformers.json`
 * (6), `sentence_transformers.activation_fn` in `config.json` (4 and 5), `sbert_ce_default_activation_function` there
 * (before). Without one it is a sigmoid for a single label and none for several, as there.
 *
 * @param activation instead of the folder's
 * @throws {ModelFileError} a file is missing or broken, or it is another kind of model
 */
export async function readPairFolder(
  folder: string,
  precision: ModelPrecision,
  activation?: ScoreActivation,
): Promise<PairFolder> {
  const file = join(folder, 'config.json');
  const config = await readJsonFile({ path: file, maxBytes }, configSchema);
  if (!config) throw new ModelFileError({ file, problem: 'the file is missing' });
  await expectClassifier(folder, config, file);
  const settingsFile = join(folder, 'config_sentence_transformers.json');
  const settings = (await readJsonFile({ path: settingsFile, maxBytes }, settingsSchema)) ?? {};
  const prompt = settings.default_prompt_name && settings.prompts?.[settings.default_prompt_name];
  if (prompt) {
    throw new ModelFileError({ file: settingsFile, problem: 'prompts of cross-encoders are not supported' });
  }
  const labels = labelsOf(config);
  return {
    folder: await readTransformerFolder(folder, precision),
    labels,
    activation: activation ?? activationOf(config, settings.activation_fn, labels.length, file),
  };
}

/**
 * How many labels a sequence classifier has; `undefined` for every other model.
 *
 * @throws {ModelFileError} `config.json` is missing or broken
 */
export async function classifierLabels(folder: string): Promise<number | undefined> {
  const file = join(folder, 'config.json');
  const config = await readJsonFile({ path: file, maxBytes }, configSchema);
  if (!config) throw new ModelFileError({ file, problem: 'the file is missing' });
  return config.architectures?.some(isClassifier) ? labelsOf(config).length : undefined;
}

function isClassifier(architecture: string): boolean {
  return architecture.endsWith('ForSequenceClassification');
}

async function expectClassifier(folder: string, { architectures }: Config, file: string): Promise<void> {
  const modules = await readModuleList(folder);
  const others = modules?.filter(({ kind }) => kind !== 'Transformer').map(({ kind }) => kind) ?? [];
  if ((architectures?.some(isClassifier) ?? true) && others.length === 0) return;
  throw new ModelFileError({
    file,
    problem: `it is not a sequence classifier (${[...(architectures ?? []), ...others].join(', ')})`,
    advice: 'Use a cross-encoder; transformerEmbedder opens models that make vectors.',
  });
}

/** Two, as in transformers, where neither names nor their number are there. */
function labelsOf({ id2label, num_labels: count = 2 }: Config): string[] {
  if (!id2label) return Array.from({ length: count ?? 2 }, (_, at) => `LABEL_${at}`);
  const entries = Object.entries(id2label).map(([id, name]) => [Number(id), name] as const);
  return entries.sort(([left], [right]) => left - right).map(([, name]) => name);
}

const activations: ReadonlyMap<string, ScoreActivation> = new Map<string, ScoreActivation>([
  ['Identity', 'identity'],
  ['Sigmoid', 'sigmoid'],
  ['Tanh', 'tanh'],
  ['ReLU', 'relu'],
  ['GELU', 'gelu'],
  ['Softplus', 'softplus'],
  ['LogSigmoid', 'log sigmoid'],
  ['Softmax', 'softmax'],
]);

function activationOf(
  config: Config,
  setting: string | null | undefined,
  labels: number,
  file: string,
): ScoreActivation {
  const path =
    setting ?? config.sentence_transformers?.activation_fn ?? config.sbert_ce_default_activation_function ?? undefined;
  if (path === undefined) return labels === 1 ? 'sigmoid' : 'identity';
  const activation = activations.get(path.split('.').at(-1) ?? '');
  if (activation) return activation;
  const advice = `Say which one to use instead: ${[...activations.values()].join(', ')}.`;
  throw new ModelFileError({ file, problem: `the activation ${path} is not supported`, advice });
}
