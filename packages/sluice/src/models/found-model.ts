import { resolve } from 'node:path';
import type { CallOptions } from '@sluice/core';
import { isHubName } from '@sluice/inference/hub';
import { isFolder } from './is-folder.js';
import { type PullModelOptions, pullModel } from './pull-model.js';

/** Where a model's files are, and the name that opens them again. */
export interface FoundModel {
  /** The absolute path of the folder, or `org/name@commit`. */
  readonly name: string;
  readonly folder: string;
}

/**
 * The files of a model that does not ship. A folder here goes before a hub, which is asked only for a name of its form;
 * what is neither is taken for a folder that is missing.
 *
 * @throws what `downloadModel` of `@sluice/inference/hub` throws, for a model that is fetched
 */
export async function foundModel(
  name: string,
  source: PullModelOptions,
  call: Pick<CallOptions, 'signal' | 'onProgress'>,
): Promise<FoundModel> {
  if (isHubName(name) && !(await isFolder(name))) return pullModel(name, source, call);
  return { name: resolve(name), folder: resolve(name) };
}
