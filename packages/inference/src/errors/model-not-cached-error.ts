import { SluiceError } from '@sluice/core';

/** Downloads are off, and the cache does not hold the whole model undamaged. */
export class ModelNotCachedError extends SluiceError {
  readonly code = 'SLUICE_MODEL_NOT_CACHED';
  /** `org/name`. */
  readonly model: string;
  /** Folder of the cache. */
  readonly cache: string;
  /** Files that are missing or damaged; none where nothing is known of the model. */
  readonly files: readonly string[];

  constructor({ model, cache, files }: Pick<ModelNotCachedError, 'model' | 'cache' | 'files'>) {
    const lacking = files.length === 0 ? '' : ` whole (${files.join(', ')} missing or damaged)`;
    super(
      `The model '${model}' is not in ${cache}${lacking}, and downloads are off.`,
      'Fetch it once with downloads on (`sluice models pull`), or copy the cache of a machine that has it.',
    );
    this.model = model;
    this.cache = cache;
    this.files = files;
  }
}
