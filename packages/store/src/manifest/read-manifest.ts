import { CorruptFileError, type Directory, openContainer, UnsupportedFormatError } from '@sluice/files';
import { DamagedCommitError } from '../errors/damaged-commit-error.js';
import { generationOf, manifestName } from './file-names.js';
import { MANIFEST_KIND, type Manifest, manifestSchema } from './manifest.js';

/** The commits in a directory, newest first. */
export async function listGenerations(directory: Directory): Promise<number[]> {
  const generations = (await directory.list()).map(generationOf);
  return generations.filter((generation) => generation !== undefined).sort((left, right) => right - left);
}

/**
 * The newest commit, or `undefined` where there is none.
 *
 * @throws {DamagedCommitError} its manifest cannot be read; an older one is never taken in its place
 */
export async function readNewestManifest(directory: Directory): Promise<Manifest | undefined> {
  const [generation] = await listGenerations(directory);
  if (generation === undefined) return undefined;
  try {
    return await readManifest(directory, generation);
  } catch (cause) {
    if (!(cause instanceof CorruptFileError)) throw cause;
    throw new DamagedCommitError({ directory: directory.name, generation, cause });
  }
}

/**
 * @throws {FileNotFoundError} there is no such commit
 * @throws {CorruptFileError} its manifest is damaged
 * @throws {UnsupportedFormatError} a later release wrote it
 */
export async function readManifest(directory: Directory, generation: number): Promise<Manifest> {
  const name = manifestName(generation);
  const container = await openContainer(directory, name);
  try {
    const { kind, version } = container;
    const facts = { directory: directory.name, file: name };
    if (kind === MANIFEST_KIND.kind && version > MANIFEST_KIND.version) {
      const supported = `manifest version ${MANIFEST_KIND.version}`;
      throw new UnsupportedFormatError({ ...facts, found: `manifest version ${version}`, supported });
    }
    const parsed = manifestSchema.safeParse(container.header);
    if (kind === MANIFEST_KIND.kind && parsed.success && parsed.data.generation === generation) return parsed.data;
    throw new CorruptFileError({ ...facts, problem: `it is not the manifest of commit ${generation}` });
  } finally {
    await container.close();
  }
}
