import { parseOptions, type SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { loadRescoredIndex, type RescoredIndex, type RescoredIndexOptions, rescoredIndex } from '@sluice/retrievers';
import { hnswlibEngines } from './hnswlib-engine.js';
import { type HnswlibLibrary, importHnswlib, libraryIn } from './hnswlib-library.js';
import { type HnswlibParameters, type HnswlibSettings, hnswlibSettings } from './hnswlib-settings.js';

/** What an index over hnswlib is made for, and how. */
export interface HnswlibIndexOptions extends RescoredIndexOptions, HnswlibParameters {}

/** Makes and loads indexes over hnswlib, now that it is loaded. */
export interface HnswlibIndexes {
  /**
   * An empty index.
   *
   * @throws {InvalidOptionsError} an option is out of range; `path` names it
   */
  create(options: HnswlibIndexOptions): RescoredIndex;
  /**
   * The index that another's `save()` wrote.
   *
   * @throws {InvalidInputError} it is not one, or was damaged
   */
  load(saved: SavedIndex, options?: { readonly memory?: KernelMemory | undefined }): RescoredIndex;
}

/**
 * Vector indexes over the native library hnswlib, under the contract of all indexes of Sluice: ordinals, filters,
 * updates and removals are right, and scores are exact, computed from a copy in float32.
 *
 * @param options `library`: the package `hnswlib-node`, where it cannot be imported by name
 * @throws {MissingPeerError} hnswlib-node is not installed, or does not load on this machine
 * @throws {TypeError} `library` is another module
 * @example
 * const { create } = await hnswlibIndexes();
 * const index = create({ dimensions: 384, similarity: 'cosine' });
 */
export async function hnswlibIndexes(options: { readonly library?: HnswlibLibrary } = {}): Promise<HnswlibIndexes> {
  const library = options.library ? libraryIn(options.library) : await importHnswlib();
  return {
    create(all) {
      const { degree, buildBeam, seed, ...shape } = all;
      return rescoredIndex(hnswlibEngines(library, settingsOf({ degree, buildBeam, seed })), shape);
    },
    load: (saved, { memory } = {}) =>
      loadRescoredIndex(
        { kind: 'hnswlib', enginesWith: (settings) => hnswlibEngines(library, settingsOf(settings)) },
        saved,
        { memory },
      ),
  };
}

function settingsOf(settings: unknown): HnswlibSettings {
  return parseOptions(hnswlibSettings, settings, 'hnswlibIndexes');
}
