import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import {
  type HubSource,
  pullModel,
  type ShippedCrossEncoder,
  type ShippedModel,
  shippedCrossEncoders,
  shippedModels,
} from 'sluice';
import { nonEmpty, precisionOption } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';
import { hubFrom } from '../hub-environment.js';
import { printTable } from '../terminal/table.js';
import { registerQuantize } from './quantize.js';

/** `sluice models`: what ships; `sluice models pull NAME`: what is fetched. */
export function registerModels(program: Command, context: CommandContext): void {
  const list = program
    .command('models')
    .description('list the models that ship, or fetch one from a hub')
    .option('--json', 'print JSON')
    .action((options: { readonly json?: boolean }) => models(context, options.json === true));
  list
    .command('pull')
    .description('fetch a model from a hub into the cache, or what has changed of it')
    .argument('<name>', 'org/name, or org/name@revision', nonEmpty)
    .addOption(precisionOption())
    .option('--json', 'print JSON')
    .action((name: string, _: object, command: Command) => pull(context, name, command.optsWithGlobals()));
  registerQuantize(list, context);
}

interface PullOptions {
  readonly precision?: 'float32' | 'int8';
  readonly json?: boolean;
}

/** Asks the hub even where the cache has an answer: whoever pulls wants what the revision is now. */
async function pull(context: CommandContext, name: string, { precision, json }: PullOptions): Promise<void> {
  const { signal, terminal } = context;
  const hub: HubSource = { source: 'hub first', ...hubFrom(process.env) };
  const model = await withProgress(context, (onProgress) =>
    pullModel(name, { precision, hub }, { signal, onProgress }),
  );
  if (json) {
    printJson(context, model);
    return;
  }
  const fetched = `${(model.fetchedBytes / 1e6).toFixed(1)} of ${(model.bytes / 1e6).toFixed(1)} MB fetched`;
  terminal.out(`${model.name} is in ${model.folder} (${fetched}).\n`);
}

async function models(context: CommandContext, json: boolean): Promise<void> {
  const { terminal } = context;
  const ship = [...shippedModels, ...shippedCrossEncoders];
  const rows = await Promise.all(ship.map(async (model) => ({ model, bytes: await bytesOf(model) })));
  if (json) {
    printJson(
      context,
      rows.map(({ model, bytes }) => ({ ...factsOf(model), bytes })),
    );
    return;
  }
  printTable(
    terminal,
    ['name', 'opened by', 'dimensions', 'MB', 'licence', 'package'],
    rows.map(({ model, bytes }) => [
      model.name,
      optionsOf(model).join(', '),
      'vectors' in model ? `${model.dimensions}` : '',
      (bytes / 1e6).toFixed(1),
      model.licence,
      model.package,
    ]),
  );
  for (const { name, description } of ship) terminal.out(`\n${name}: ${description}\n`);
  terminal.out(
    "\nOthers work too, in ONNX or safetensors, by FOLDER or ORG/NAME (they need onnxruntime-node): models of sentence-transformers by --model, SPLADE's by --sparse, cross-encoders by --rerank.\n",
  );
}

/** What the model is, without the way to its files; a cross-encoder is of a kind of its own. */
function factsOf({ folder: _, ...facts }: ShippedModel | ShippedCrossEncoder): object {
  return 'kind' in facts ? facts : { ...facts, kind: 'cross-encoder' };
}

/** The options that take its name. */
function optionsOf(model: ShippedModel | ShippedCrossEncoder): readonly string[] {
  if (!('vectors' in model)) return ['--rerank'];
  return model.vectors.map((vectors) => (vectors === 'dense' ? '--model' : '--sparse'));
}

/** What a model runs on; cards and tests beside it are not counted. */
const NEEDED = /(\.json|\.txt|\.safetensors|\.onnx)$/;
const ASIDE = /^(package|golden)\.json$/;

async function bytesOf(model: Pick<ShippedModel, 'folder'>): Promise<number> {
  const folder = fileURLToPath(await model.folder());
  const entries = await readdir(folder, { recursive: true });
  const files = entries.filter((file) => NEEDED.test(file) && !ASIDE.test(file));
  const sizes = await Promise.all(files.map(async (file) => (await stat(`${folder}/${file}`)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
