import { z } from 'zod';
import { DownloadError } from '../errors/download-error.js';
import { ModelNotFoundError } from '../errors/model-not-found-error.js';
import { type HttpAnswer, readBounded, withRetries } from '../http/index.js';
import type { HubName } from './hub-name.js';
import { hubRequest, hubUrl } from './hub-request.js';
import type { HubSettings } from './hub-settings.js';
import { isModelFile } from './model-files.js';
import type { Repository, RepositoryFile } from './repository.js';

const MAX_LIST_BYTES = 16 * 2 ** 20;

const listSchema = z.looseObject({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(z.looseObject({ rfilename: z.string() })),
});

const fileSchema = z.looseObject({
  size: z.int().nonnegative(),
  blobId: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  lfs: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().nonnegative() }).nullish(),
});

/**
 * Asks the hub which commit a revision is, and for sizes and checksums of its files.
 *
 * @throws {ModelNotFoundError} there is no such model, or no such revision
 * @throws {ModelAccessError} 401 or 403
 * @throws {DownloadError} no answer, or one that is not such a list
 */
export function fetchRepository(
  settings: HubSettings,
  { model, revision }: HubName,
  signal: AbortSignal | undefined,
): Promise<Repository> {
  const path = `api/models/${model}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const url = hubUrl(settings, path).href;
  return withRetries(settings, signal, () =>
    hubRequest(settings, { path, model, headers: { accept: 'application/json' } }, signal, async (answer) => {
      if (answer.status === 404) throw new ModelNotFoundError({ model, revision, endpoint: settings.endpoint });
      const { sha: commit, siblings } = await readList(answer, url);
      if (/^[0-9a-f]{40}$/.test(revision) && commit !== revision) {
        throw refuse(url, 'the hub answers with another commit');
      }
      const wanted = siblings.filter(({ rfilename }) => isModelFile(rfilename));
      return { commit, files: wanted.map((file) => repositoryFile(file, url)) };
    }),
  );
}

async function readList(answer: HttpAnswer, url: string): Promise<z.output<typeof listSchema>> {
  if (answer.status !== 200) throw refuse(url, `the hub answered ${answer.status}`, answer.status);
  const body = await readBounded(answer, MAX_LIST_BYTES);
  if (!body) throw refuse(url, `the list of files is longer than ${MAX_LIST_BYTES} bytes`);
  const list = listSchema.safeParse(parseJson(body.toString('utf8')));
  if (!list.success) throw refuse(url, 'the answer is no list of files');
  return list.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function repositoryFile({ rfilename: name, ...facts }: { rfilename: string }, url: string): RepositoryFile {
  const file = fileSchema.safeParse(facts);
  if (!file.success) throw refuse(url, `the hub gives no valid size and checksum of ${name}`);
  const { size, blobId, lfs } = file.data;
  if (lfs) return { name, bytes: lfs.size, checksum: { kind: 'sha256', hex: lfs.sha256 } };
  if (blobId) return { name, bytes: size, checksum: { kind: 'git blob', hex: blobId } };
  throw refuse(url, `the hub gives no checksum of ${name}`);
}

function refuse(url: string, problem: string, status?: number): DownloadError {
  return new DownloadError({ url, problem, status, advice: 'Check the endpoint (`endpoint`, or HF_ENDPOINT).' });
}
