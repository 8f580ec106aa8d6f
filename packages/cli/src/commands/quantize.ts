import { type Command, Option } from 'commander';
import { quantizeModel } from 'sluice';
import { nonEmpty } from '../arguments.js';
import { type CommandContext, printJson, withProgress } from '../command-context.js';

interface QuantizeOptions {
  readonly out: string;
  readonly precision: 'int8' | 'float16';
  readonly json?: boolean;
}

/** `sluice models quantize FOLDER --out FOLDER`: a smaller copy of a model, to be shipped. */
export function registerQuantize(models: Command, context: CommandContext): void {
  models
    .command('quantize')
    .description('write a smaller copy of a model whose weights are in model.safetensors')
    .argument('<folder>', 'the model', nonEmpty)
    .requiredOption('--out <folder>', 'the folder to make', nonEmpty)
    .addOption(
      new Option('--precision <kind>', 'a byte for each weight, or two').choices(['int8', 'float16']).default('int8'),
    )
    .option('--json', 'print JSON')
    .action((folder: string, _: object, command: Command) => quantize(context, folder, command.optsWithGlobals()));
}

async function quantize(context: CommandContext, model: string, options: QuantizeOptions): Promise<void> {
  const { out, precision } = options;
  const made = await withProgress(context, (onProgress) =>
    quantizeModel({ model, out, precision }, { signal: context.signal, onProgress }),
  );
  if (options.json) printJson(context, made);
  else context.terminal.out(`${made.weightsFile} has ${(made.bytes / 1e6).toFixed(1)} MB.\n`);
}
