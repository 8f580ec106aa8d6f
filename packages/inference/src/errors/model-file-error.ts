import { SluiceError } from '@sluice/core';

/** A file of a model is missing, damaged, too large, or asks for something that is not supported. */
export class ModelFileError extends SluiceError {
  readonly code = 'SLUICE_MODEL_FILE';
  /** The file's path. */
  readonly file: string;
  /** What is wrong with it. */
  readonly problem: string;

  constructor({ file, problem, advice, cause }: { file: string; problem: string; advice?: string; cause?: unknown }) {
    super(`${file}: ${problem}.`, advice ?? 'Fetch the model again, or point to a complete folder.', { cause });
    this.file = file;
    this.problem = problem;
  }
}
