import { type CallOptions, type OnProgress, parseOptions } from '@sluice/core';
import { z } from 'zod';
import { DownloadError } from '../errors/download-error.js';
import { ModelNotCachedError } from '../errors/model-not-cached-error.js';
import type { ModelPrecision } from '../folder/model-folder.js';
import { fetchFile } from './fetch-file.js';
import { fetchRepository } from './fetch-repository.js';
import { type HubName, parseHubName } from './hub-name.js';
import { hubUrl } from './hub-request.js';
import { type HubFields, type HubSettings, hubFields } from './hub-settings.js';
import { ModelCache } from './model-cache.js';
import { neededFiles } from './model-files.js';
import type { Repository, RepositoryFile } from './repository.js';

/** The options of {@link downloadModel}, field by field. */
export type DownloadFields = HubFields & {
  /**
   * Which weights: `onnx/model.onnx` or `onnx/model_quantized.onnx`, and `model.safetensors` where it is not there.
   * @default 'float32'
   */
  readonly precision: z.ZodDefault<z.ZodEnum<{ float32: 'float32'; int8: 'int8' }>>;
};

/** Options of {@link downloadModel}. */
export type DownloadOptions = z.input<z.ZodObject<DownloadFields>>;

export const downloadOptions: z.ZodObject<DownloadFields, z.core.$strict> = z.strictObject({
  ...hubFields,
  precision: z.enum(['float32', 'int8']).default('float32'),
});

/** A model that is in the cache, whole. */
export interface DownloadedModel {
  /** `org/name@commit`: the same files for ever, whatever the revision that was asked for becomes. */
  readonly name: string;
  /** Absolute path, laid out as at the hub. */
  readonly folder: string;
  /** Bytes of the files that are needed. */
  readonly bytes: number;
  /** Bytes that arrived in this call: less than the files have where an earlier one was resumed, more after a failure. */
  readonly fetchedBytes: number;
}

/**
 * Makes sure that a model from a hub is on the disk, and says where.
 *
 * Only files that a model's folder is read from are fetched, in one form of the weights. A file gets its name when its
 * length and checksum are right; one in the cache that has changed since is fetched again. What was
 * interrupted goes on where it ended, in another process too. Processes that want the same model wait for each other.
 *
 * The hub's layout is Hugging Face's: `/api/models/ORG/NAME/revision/REVISION?blobs=true` for names, sizes and checksums,
 * `/ORG/NAME/resolve/COMMIT/FILE` for bytes.
 *
 * @param name `org/name`, or `org/name@revision` with a branch, tag or commit; without one it is `main`
 * @throws {InvalidInputError} the name has another form
 * @throws {InvalidOptionsError} an option is out of range
 * @throws {ModelNotFoundError} the hub has no such model or revision
 * @throws {ModelAccessError} the hub refuses it
 * @throws {ModelNotCachedError} `source` is `'cache only'` and the cache lacks it
 * @throws {ModelFileError} the model has no weights of that precision
 * @throws {DownloadError} given up, or the hub's answers are not to be trusted
 * @throws {DirectoryLockedError} another process has been fetching it for longer than `lockTimeoutMs`
 * @throws the signal's `reason`, once it has fired; what came so far is kept
 * @example
 * const { folder } = await downloadModel('sentence-transformers/all-MiniLM-L6-v2', { cache: 'models' });
 */
export async function downloadModel(
  name: string,
  options: DownloadOptions,
  { signal, onProgress }: Pick<CallOptions, 'signal' | 'onProgress'> = {},
): Promise<DownloadedModel> {
  const { precision, ...settings } = parseOptions(downloadOptions, options, 'downloadModel');
  const asked = parseHubName(name);
  signal?.throwIfAborted();
  const cache = new ModelCache(settings.cache, asked.model);
  const download = new Download(asked, precision, { cache, settings, signal, onProgress });
  const known = settings.source === 'hub first' ? undefined : await cache.repository(asked);
  const lacking = known && (await download.lacking(known));
  if (known && lacking?.length === 0) return download.result(known, 0);
  if (settings.source === 'cache only') {
    const files = (lacking ?? []).map((file) => file.name);
    throw new ModelNotCachedError({ model: asked.model, cache: settings.cache, files });
  }
  const repository = known ?? (await fetchRepository(settings, asked, signal));
  return cache.locked(settings.lockTimeoutMs, signal, () => download.complete(repository));
}

interface DownloadParts {
  readonly cache: ModelCache;
  readonly settings: HubSettings;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

/** One model on its way into the cache. */
class Download {
  readonly #asked: HubName;
  readonly #precision: ModelPrecision;
  readonly #parts: DownloadParts;

  constructor(asked: HubName, precision: ModelPrecision, parts: DownloadParts) {
    this.#asked = asked;
    this.#precision = precision;
    this.#parts = parts;
  }

  lacking(repository: Repository): Promise<RepositoryFile[]> {
    return this.#parts.cache.missing(repository, this.#needed(repository), this.#parts.signal);
  }

  /** Fetches what is lacking now: another process may have been at it meanwhile. */
  async complete(repository: Repository): Promise<DownloadedModel> {
    const { cache, settings, signal } = this.#parts;
    this.#expectSize(repository);
    const files = await this.lacking(repository);
    const tell = this.#progress(sizeOf(files));
    let [done, fetched] = [0, 0];
    const onArrival = (bytes: number): void => {
      fetched += bytes;
    };
    for (const file of files) {
      const before = done;
      const request = {
        model: this.#asked.model,
        commit: repository.commit,
        file,
        partial: cache.partialOf(file),
        signal,
      };
      await fetchFile(settings, { ...request, onArrival, onBytes: (bytes) => tell(before + bytes) });
      await cache.place(repository, file);
      done += file.bytes;
    }
    await cache.remember(this.#asked, repository);
    return this.result(repository, fetched);
  }

  result(repository: Repository, fetchedBytes: number): DownloadedModel {
    return {
      name: `${this.#asked.model}@${repository.commit}`,
      folder: this.#parts.cache.folderOf(repository),
      bytes: sizeOf(this.#needed(repository)),
      fetchedBytes,
    };
  }

  #needed({ files }: Repository): readonly RepositoryFile[] {
    return neededFiles(files, this.#precision, this.#asked.model);
  }

  #expectSize(repository: Repository): void {
    const { settings } = this.#parts;
    const bytes = sizeOf(this.#needed(repository));
    if (bytes <= settings.maxBytes) return;
    throw new DownloadError({
      url: hubUrl(settings, this.#asked.model).href,
      problem: `the model has ${bytes} bytes, at most ${settings.maxBytes} are fetched`,
      advice: 'Raise `maxBytes`, or choose a smaller model.',
    });
  }

  /** A file that begins anew does not take progress back. */
  #progress(total: number): (bytes: number) => void {
    const { onProgress } = this.#parts;
    let most = 0;
    return (bytes) => {
      most = Math.max(most, bytes);
      onProgress?.({ phase: 'downloading', done: most, total, unit: 'bytes' });
    };
  }
}

function sizeOf(files: readonly RepositoryFile[]): number {
  return files.reduce((bytes, file) => bytes + file.bytes, 0);
}
