import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { registerTrainCosineAdapter } from './train-cosine-adapter.js';

/** `sluice train`, whose subcommands learn from judged queries or clicks. */
export function registerTrain(program: Command, context: CommandContext): void {
  const train = program.command('train').description('learn a relevance filter from judged queries or clicks');
  registerTrainCosineAdapter(train, context);
}
