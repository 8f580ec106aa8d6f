import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CallOptions } from '@sluice/core';
import { type DownloadedModel, downloadModel, type HubOptions } from '@sluice/inference/hub';

/** A hub and the folder that keeps its models; what is left out is as in `downloadModel`. */
export type HubSource = Partial<HubOptions>;

/** Options of {@link pullModel}. */
export interface PullModelOptions {
  /**
   * Which weights.
   * @default 'float32'
   */
  readonly precision?: 'float32' | 'int8' | undefined;
  /**
   * The hub, and the folder that keeps its models.
   * @default Hugging Face, without a token; `.cache/sluice/models` in the home folder
   */
  readonly hub?: HubSource | undefined;
}

/**
 * Fetches a model from a hub, unless it is in the cache already.
 *
 * @param name `org/name`, or `org/name@revision`
 * @throws what `downloadModel` of `@sluice/inference/hub` throws
 * @example await pullModel('sentence-transformers/all-MiniLM-L6-v2', { hub: { cache: '/var/cache/models' } });
 */
export function pullModel(
  name: string,
  { precision, hub }: PullModelOptions = {},
  call: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<DownloadedModel> {
  const cache = join(homedir(), '.cache', 'sluice', 'models');
  return downloadModel(name, { cache, ...hub, ...(precision ? { precision } : {}) }, call);
}
