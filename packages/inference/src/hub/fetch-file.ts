import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DownloadError } from '../errors/download-error.js';
import { type HttpAnswer, TransientFailure, withRetries } from '../http/index.js';
import { isWhole } from './checksum.js';
import { hubRequest, hubUrl } from './hub-request.js';
import type { HubSettings } from './hub-settings.js';
import type { RepositoryFile } from './repository.js';

/** One file of a model, and where it is put together. */
export interface FileRequest {
  /** `org/name`. */
  readonly model: string;
  readonly commit: string;
  readonly file: RepositoryFile;
  /** Path that holds what came so far; whoever asks has it alone. */
  readonly partial: string;
  readonly signal: AbortSignal | undefined;
  /** Told of bytes as they arrive: how many came. */
  onArrival(bytes: number): void;
  /** Told how many bytes of the file are there; falls when it has to begin anew. */
  onBytes(bytes: number): void;
}

/**
 * Fetches a file to its partial path, from where an earlier attempt or process ended. Afterwards it is whole: of the
 * right length and checksum.
 *
 * @throws {ModelAccessError} 401 or 403
 * @throws {DownloadError} given up; what came stays, unless it was wrong
 */
export async function fetchFile(settings: HubSettings, request: FileRequest): Promise<void> {
  const { file, partial, signal } = request;
  let most = 0;
  await mkdir(dirname(partial), { recursive: true });
  await withRetries(settings, signal, async ({ progressed }) => {
    try {
      await fetchRest(settings, request);
    } finally {
      const bytes = await bytesIn(partial);
      if (bytes > most) progressed();
      most = Math.max(most, bytes);
    }
    if (await isWhole(partial, file)) return;
    await discard(partial);
    throw retry(settings, request, 'its checksum is not the one that the hub promised');
  });
  await rm(etagFile(partial), { force: true });
}

async function fetchRest(settings: HubSettings, request: FileRequest): Promise<void> {
  const { file, partial, signal } = request;
  let start = await bytesIn(partial);
  if (start > file.bytes) {
    await discard(partial);
    start = 0;
  }
  if (start === file.bytes && start > 0) return;
  const headers = start === 0 ? {} : await rangeHeaders(partial, start);
  await hubRequest(settings, { path: pathOf(request), model: request.model, headers }, signal, async (answer) => {
    const first = await firstByte(settings, request, answer, start);
    const etag = answer.headers.get('etag');
    // A weak tag (`W/"..."`) does not promise equal bytes.
    if (etag?.startsWith('"')) await writeFile(etagFile(partial), etag);
    await write(settings, request, answer, first);
  });
}

async function rangeHeaders(partial: string, start: number): Promise<Record<string, string>> {
  const etag = await readFile(etagFile(partial), 'latin1').catch(() => '');
  const condition = /^"[\x21\x23-\x7e]*"$/.test(etag) ? { 'if-range': etag } : {};
  return { range: `bytes=${start}-`, ...condition };
}

/** Where in the file the body of an answer begins. */
async function firstByte(
  settings: HubSettings,
  request: FileRequest,
  { status, headers }: HttpAnswer,
  start: number,
): Promise<number> {
  const { bytes } = request.file;
  if (status === 200) {
    expectLength(settings, request, headers, bytes);
    return 0;
  }
  if (status === 206) {
    const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(first) === start && (total === '*' || Number(total) === bytes)) {
      expectLength(settings, request, headers, bytes - start);
      return start;
    }
    await discard(request.partial);
    throw retry(settings, request, 'the hub sent another range than was asked for');
  }
  if (status === 416) {
    await discard(request.partial);
    throw retry(settings, request, 'the hub refuses to continue', status);
  }
  const url = hubUrl(settings, pathOf(request)).href;
  throw new DownloadError({
    url,
    problem: `the hub answered ${status}`,
    status,
    advice: 'Check the model at the hub.',
  });
}

function expectLength(settings: HubSettings, request: FileRequest, headers: Headers, bytes: number): void {
  const length = headers.get('content-length');
  if (length === null || headers.get('content-encoding') !== null || Number(length) === bytes) return;
  throw retry(settings, request, `the hub announces ${length} bytes where ${bytes} are due`);
}

async function write(settings: HubSettings, request: FileRequest, { body }: HttpAnswer, first: number): Promise<void> {
  const { file, partial, onArrival, onBytes } = request;
  const handle = await open(partial, first === 0 ? 'w' : 'r+');
  let at = first;
  try {
    onBytes(at);
    for await (const chunk of body) {
      onArrival(chunk.length);
      if (at + chunk.length > file.bytes) {
        await handle.truncate(0);
        throw retry(settings, request, `the hub sends more than ${file.bytes} bytes`);
      }
      await handle.write(chunk, 0, chunk.length, at);
      at += chunk.length;
      onBytes(at);
    }
  } finally {
    await handle.close();
  }
  if (at < file.bytes) throw retry(settings, request, `the connection ended after ${at} of ${file.bytes} bytes`);
}

function pathOf({ model, commit, file }: FileRequest): string {
  return `${model}/resolve/${commit}/${file.name.split('/').map(encodeURIComponent).join('/')}`;
}

function retry(settings: HubSettings, request: FileRequest, problem: string, status?: number): TransientFailure {
  return new TransientFailure(new DownloadError({ url: hubUrl(settings, pathOf(request)).href, problem, status }));
}

const etagFile = (partial: string): string => `${partial}.etag`;

async function bytesIn(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function discard(partial: string): Promise<void> {
  await rm(partial, { force: true });
  await rm(etagFile(partial), { force: true });
}
