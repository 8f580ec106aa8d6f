import { SluiceError } from '@sluice/core';

/** A file of a model could not be fetched, or what came is not what the hub said it is. Nothing of it is used. */
export class DownloadError extends SluiceError {
  readonly code = 'SLUICE_DOWNLOAD';
  /** The address at the hub, never one that it redirected to: those carry signatures. */
  readonly url: string;
  /** What went wrong, a fragment. */
  readonly problem: string;
  /** HTTP's status, where there was an answer. */
  readonly status: number | undefined;

  constructor({
    url,
    problem,
    status,
    advice = 'Try again: what came so far is kept, and only the rest is fetched.',
    cause,
  }: { url: string; problem: string; status?: number | undefined; advice?: string; cause?: unknown }) {
    super(`${url}: ${problem}.`, advice, { cause });
    this.url = url;
    this.problem = problem;
    this.status = status;
  }
}
