import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { CommandContext } from './command-context.js';
import { commands } from './commands/registry.js';

/** The `sluice` command with all its subcommands, writing to the context's terminal. */
export function createProgram(context: CommandContext): Command {
  const { terminal } = context;
  const program = new Command('sluice')
    .description('Search and evaluate collections of documents.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .option('--debug', 'print the stack of an error')
    .showHelpAfterError('(sluice --help, or sluice COMMAND --help, lists what there is)')
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .exitOverride();
  for (const register of commands) {
    register(program, context);
  }
  return program;
}

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '0.0.0';
}
