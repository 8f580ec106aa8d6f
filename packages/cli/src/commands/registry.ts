import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { registerScore } from './score.js';

/** Every subcommand, in the order of the help. */
export const commands: readonly ((program: Command, context: CommandContext) => void)[] = [registerScore];
