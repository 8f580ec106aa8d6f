import { readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type ShippedModel, shippedModels } from 'sluice';
import { type CommandContext, printJson } from '../command-context.js';
import { printTable } from '../terminal/table.js';

/** `sluice models`: what ships. */
export function registerModels(program: Command, context: CommandContext): void {
  program
    .command('models')
    .description('list the models that ship')
    .option('--json', 'print JSON')
    .action((options: { readonly json?: boolean }) => models(context, options.json === true));
}

async function models(context: CommandContext, json: boolean): Promise<void> {
  const { terminal } = context;
  const rows = await Promise.all(shippedModels.map(async (model) => ({ model, bytes: await bytesOf(model) })));
  if (json) {
    printJson(
      context,
      rows.map(({ model: { folder: _, ...facts }, bytes }) => ({ ...facts, bytes })),
    );
    return;
  }
  printTable(
    terminal,
    ['name', 'dimensions', 'MB', 'licence', 'package'],
    rows.map(({ model, bytes }) => [
      model.name,
      `${model.dimensions}`,
      (bytes / 1e6).toFixed(1),
      model.licence,
      model.package,
    ]),
  );
  for (const { name, description } of shippedModels) terminal.out(`\n${name}: ${description}\n`);
  terminal.out('\nAny sentence-transformers folder in ONNX form works too: --model FOLDER (needs onnxruntime-node).\n');
}

/** What a model runs on; cards and tests beside it are not counted. */
const NEEDED = /^(config\.json|vocab\.txt|.*\.safetensors)$/;

async function bytesOf(model: ShippedModel): Promise<number> {
  const folder = fileURLToPath(await model.folder());
  const files = (await readdir(folder)).filter((file) => NEEDED.test(file));
  const sizes = await Promise.all(files.map(async (file) => (await stat(`${folder}/${file}`)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
