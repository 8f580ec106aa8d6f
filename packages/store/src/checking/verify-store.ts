import { type CallOptions, isSluiceError, type OnProgress, type SluiceError } from '@sluice/core';
import { CorruptFileError, type Directory, FileNotFoundError } from '@sluice/files';
import { StoreNotFoundError } from '../errors/store-not-found-error.js';
import { manifestName } from '../manifest/file-names.js';
import type { Manifest } from '../manifest/manifest.js';
import { listGenerations, readManifest } from '../manifest/read-manifest.js';
import { leftoverFiles } from '../manifest/sweep.js';
import type { FileReport, StoreReport } from '../store-report.js';
import { type CheckedFile, checkFile, filesToCheck } from './check-file.js';

/**
 * Reads every byte of every file that a commit names, compares it with its checksum, and unpacks every document and id.
 * Changes nothing and takes no lock; damage is not thrown, it is in the report. A commit that a writer removes meanwhile
 * is reported as missing.
 *
 * @param options `onProgress` counts bytes; `signal` ends it within 4 MiB
 * @throws {StoreNotFoundError} there is no commit
 */
export async function verifyStore(
  directory: Directory,
  { signal, onProgress }: CallOptions = {},
): Promise<StoreReport> {
  const commits = await readCommits(directory);
  const [newest] = commits;
  if (!newest) throw new StoreNotFoundError({ directory: directory.name });
  const files = await checkFiles(directory, commits, { ...(signal && { signal }), ...(onProgress && { onProgress }) });
  const damaged = new Set(files.filter(({ problem }) => problem).flatMap(({ generations }) => generations));
  const intact = commits.find(({ generation }) => !damaged.has(generation));
  const { generation, manifest } = newest;
  return {
    state: damaged.has(generation) ? 'damaged' : 'intact',
    generation,
    ...(manifest && { documents: manifest.segments.reduce((sum, { size }) => sum + size, 0) }),
    files,
    leftovers: await leftoverFiles(directory),
    ...(intact && { newestIntact: intact.generation }),
  };
}

/** A commit and its manifest, or why that cannot be read. */
interface Commit {
  readonly generation: number;
  readonly manifest?: Manifest;
  readonly problem?: SluiceError;
}

async function readCommits(directory: Directory): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (const generation of await listGenerations(directory)) {
    try {
      commits.push({ generation, manifest: await readManifest(directory, generation) });
    } catch (problem) {
      if (!isSluiceError(problem)) throw problem;
      commits.push({ generation, problem });
    }
  }
  return commits;
}

async function checkFiles(
  directory: Directory,
  commits: readonly Commit[],
  { signal, onProgress }: CallOptions,
): Promise<FileReport[]> {
  const manifests: FileReport[] = [];
  for (const { generation, problem } of commits) {
    const name = manifestName(generation);
    const bytes = await sizeOf(directory, name);
    manifests.push({ name, generations: [generation], bytes, ...(problem && { problem }) });
  }
  const needed = neededFiles(commits);
  // Manifests are read already.
  let done = manifests.reduce((sum, { bytes }) => sum + bytes, 0);
  const total = needed.reduce((sum, { file }) => sum + file.reference.bytes, done);
  const reports: FileReport[] = [];
  for (const { file, generations } of needed) {
    const { name, bytes } = file.reference;
    const progress: OnProgress = (inFile) => onProgress?.({ ...inFile, done: done + inFile.done, total });
    const problem = await problemOf(directory, file, { ...(signal && { signal }), onProgress: progress });
    done += bytes;
    onProgress?.({ phase: 'checking', done, total, unit: 'bytes' });
    reports.push({ name, generations, bytes, ...(problem && { problem }) });
  }
  return [...manifests, ...reports];
}

/** A manifest's size; 0 where a writer removed it meanwhile. */
async function sizeOf(directory: Directory, name: string): Promise<number> {
  try {
    const file = await directory.open(name);
    await file.close();
    return file.size;
  } catch (error) {
    if (error instanceof FileNotFoundError) return 0;
    throw error;
  }
}

interface NeededFile {
  readonly file: CheckedFile;
  readonly generations: number[];
}

/** Each file once, unless two commits disagree about what it is. */
function neededFiles(commits: readonly Commit[]): NeededFile[] {
  const needed = new Map<string, NeededFile>();
  for (const { generation, manifest } of commits) {
    for (const file of manifest ? filesToCheck(manifest) : []) {
      const key = JSON.stringify(file.reference);
      const entry = needed.get(key) ?? { file, generations: [] };
      needed.set(key, entry);
      if (!entry.generations.includes(generation)) entry.generations.push(generation);
    }
  }
  return [...needed.values()];
}

async function problemOf(
  directory: Directory,
  file: CheckedFile,
  options: CallOptions,
): Promise<SluiceError | undefined> {
  try {
    await checkFile(directory, file, options);
    return undefined;
  } catch (error) {
    if (error instanceof FileNotFoundError) {
      return new CorruptFileError({ directory: directory.name, file: error.file, problem: 'it is missing' });
    }
    if (isSluiceError(error)) return error;
    throw error;
  }
}
