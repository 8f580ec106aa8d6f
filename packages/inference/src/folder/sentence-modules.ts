import { join } from 'node:path';
import { z } from 'zod';
import { ModelFileError } from '../errors/model-file-error.js';
import { type Pooling, poolingOrder } from '../pooling.js';
import { readModuleList } from './module-list.js';
import { readJsonFile } from './read-json-file.js';

/** A fully connected layer after pooling. */
export interface DenseStep {
  readonly kind: 'dense';
  /** The layer's safetensors file, with `linear.weight` and perhaps `linear.bias`. */
  readonly file: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
}

/** What follows a linear map. */
export type Activation = 'identity' | 'tanh' | 'relu' | 'gelu' | 'sigmoid';

/** What happens to a pooled vector, in order. */
export type PooledStep = DenseStep | { readonly kind: 'normalize' };

/** What `modules.json` and the folders that it names say about turning token vectors into a text's vector. */
export interface SentenceModules {
  /** Never empty, in the order in which the parts stand in the vector. */
  readonly poolings: readonly Pooling[];
  readonly steps: readonly PooledStep[];
  /** Whether the tokens of a prompt count in the pooling. */
  readonly promptTokens: 'pooled' | 'left out';
}

const maxBytes = 2 ** 20;

/**
 * Reads `modules.json`. Without one, a model has mean pooling and nothing after it, as sentence-transformers has it.
 *
 * @throws {ModelFileError} a file is broken, or names a module that is not known here
 */
export async function readSentenceModules(folder: string): Promise<SentenceModules> {
  const modules = await readModuleList(folder);
  let pooling: Pick<SentenceModules, 'poolings' | 'promptTokens'> = { poolings: ['mean'], promptTokens: 'pooled' };
  const steps: PooledStep[] = [];
  for (const module of modules ?? []) {
    if (module.kind === 'Transformer') continue;
    if (module.kind === 'Pooling') pooling = await readPooling(module.folder);
    else if (module.kind === 'Normalize') steps.push({ kind: 'normalize' });
    else if (module.kind === 'Dense') steps.push(await readDense(module.folder));
    else
      throw new ModelFileError({
        file: join(folder, 'modules.json'),
        problem: `the module ${module.kind} is not supported`,
        advice:
          'Use a model made of Transformer, Pooling, Dense and Normalize; spladeEmbedder and colbertEmbedder open sparse and late interaction models.',
      });
  }
  return { ...pooling, steps };
}

const poolingSchema = z.looseObject({
  pooling_mode: z.union([z.string(), z.array(z.string())]).nullish(),
  pooling_mode_cls_token: z.boolean().default(false),
  pooling_mode_max_tokens: z.boolean().default(false),
  pooling_mode_mean_tokens: z.boolean().default(false),
  pooling_mode_mean_sqrt_len_tokens: z.boolean().default(false),
  pooling_mode_weightedmean_tokens: z.boolean().default(false),
  pooling_mode_lasttoken: z.boolean().default(false),
  include_prompt: z.boolean().default(true),
});

async function readPooling(folder: string): Promise<Pick<SentenceModules, 'poolings' | 'promptTokens'>> {
  const path = join(folder, 'config.json');
  const config = await readJsonFile({ path, maxBytes }, poolingSchema);
  if (!config) throw new ModelFileError({ file: path, problem: 'the file is missing' });
  const poolings = config.pooling_mode
    ? [config.pooling_mode].flat().map((name) => poolingNamed(name, path))
    : poolingsOfFlags(config);
  if (poolings.length === 0) throw new ModelFileError({ file: path, problem: 'it names no pooling' });
  return { poolings, promptTokens: config.include_prompt ? 'pooled' : 'left out' };
}

function poolingNamed(name: string, file: string): Pooling {
  const pooling = poolingOrder.find(
    (candidate) => candidate === name || (candidate === 'mean_sqrt_len' && name === 'mean_sqrt_len_tokens'),
  );
  if (!pooling) throw new ModelFileError({ file, problem: `the pooling '${name}' is not known` });
  return pooling;
}

/** Flags have no order of their own. */
function poolingsOfFlags(config: z.output<typeof poolingSchema>): Pooling[] {
  const flags: Record<Pooling, boolean> = {
    cls: config.pooling_mode_cls_token,
    max: config.pooling_mode_max_tokens,
    mean: config.pooling_mode_mean_tokens,
    mean_sqrt_len: config.pooling_mode_mean_sqrt_len_tokens,
    weightedmean: config.pooling_mode_weightedmean_tokens,
    lasttoken: config.pooling_mode_lasttoken,
  };
  return poolingOrder.filter((pooling) => flags[pooling]);
}

const activations: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['Identity', 'identity'],
  ['Tanh', 'tanh'],
  ['ReLU', 'relu'],
  ['GELU', 'gelu'],
  ['Sigmoid', 'sigmoid'],
]);

const denseSchema = z.looseObject({
  in_features: z.int().positive(),
  out_features: z.int().positive(),
  bias: z.boolean().default(true),
  use_residual: z.literal(false).optional(),
  activation_function: z.string().default('torch.nn.modules.activation.Tanh'),
});

/**
 * Reads the configuration of a dense layer. Its weights are read by whoever runs it.
 *
 * @throws {ModelFileError} the file is missing or broken, or asks for something that is not supported
 */
export async function readDense(folder: string): Promise<DenseStep> {
  const path = join(folder, 'config.json');
  const config = await readJsonFile({ path, maxBytes }, denseSchema);
  if (!config) throw new ModelFileError({ file: path, problem: 'the file is missing' });
  const activation = activations.get(config.activation_function.split('.').at(-1) ?? '');
  if (!activation) {
    throw new ModelFileError({ file: path, problem: `the activation ${config.activation_function} is not supported` });
  }
  const file = join(folder, 'model.safetensors');
  return { kind: 'dense', file, inputs: config.in_features, outputs: config.out_features, activation };
}
