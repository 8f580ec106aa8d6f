import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import { registerCalibrate } from './calibrate.js';
import { registerCheck } from './check.js';
import { registerCompare } from './compare.js';
import { registerCutoff } from './cutoff.js';
import { registerEvaluate } from './evaluate.js';
import { registerExport } from './export-ciff.js';
import { registerImport } from './import-ciff.js';
import { registerIndex } from './index-source.js';
import { registerInspect } from './inspect.js';
import { registerMatryoshka } from './matryoshka.js';
import { registerModels } from './models.js';
import { registerRun } from './run.js';
import { registerScore } from './score.js';
import { registerSearch } from './search.js';
import { registerTrain } from './train.js';
import { registerTune } from './tune.js';

/** Every subcommand, in the order of the help. */
export const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  registerIndex,
  registerSearch,
  registerRun,
  registerScore,
  registerCompare,
  registerEvaluate,
  registerTune,
  registerTrain,
  registerCutoff,
  registerCalibrate,
  registerMatryoshka,
  registerInspect,
  registerCheck,
  registerExport,
  registerImport,
  registerModels,
];
