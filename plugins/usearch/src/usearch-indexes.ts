import { InvalidOptionsError, parseOptions, type SavedIndex } from '@sluice/core';
import type { KernelMemory } from '@sluice/kernels';
import { loadRescoredIndex, type RescoredIndex, type RescoredIndexOptions, rescoredIndex } from '@sluice/retrievers';
import type { z } from 'zod';
import { usearchEngines } from './usearch-engine.js';
import { importUsearch, type UsearchLibrary } from './usearch-library.js';
import { type UsearchParameters, type UsearchSettings, usearchSettings } from './usearch-settings.js';

/** What an index over USearch is made for, and how. */
export interface UsearchIndexOptions extends RescoredIndexOptions, UsearchParameters {}

/** Makes and loads indexes over USearch, now that it is loaded. */
export interface UsearchIndexes {
  /**
   * An empty index.
   *
   * @throws {InvalidOptionsError} an option is out of range; `path` names it
   */
  create(options: UsearchIndexOptions): RescoredIndex;
  /**
   * The index that another's `save()` wrote.
   *
   * @throws {InvalidInputError} it is not one, or was damaged
   */
  load(saved: SavedIndex, options?: { readonly memory?: KernelMemory | undefined }): RescoredIndex;
}

/**
 * Vector indexes over the native library USearch, under the contract of all indexes of Sluice: ordinals, filters,
 * updates and removals are right, and scores are exact, computed from a copy in float32.
 *
 * @param options `library`: the package `usearch`, where it cannot be imported by name
 * @throws {MissingPeerError} usearch is not installed, or does not load on this machine
 * @example
 * const { create } = await usearchIndexes();
 * const index = create({ dimensions: 384, similarity: 'cosine', precision: 'int8' });
 */
export async function usearchIndexes(options: { readonly library?: UsearchLibrary } = {}): Promise<UsearchIndexes> {
  const library = options.library ?? (await importUsearch());
  return {
    create(all) {
      const { precision, degree, buildBeam, ...shape } = all;
      const settings = settingsOf({ precision, degree, buildBeam });
      if (settings.precision === 'int8' && shape.similarity !== 'cosine') throw onlyCosine();
      return rescoredIndex(usearchEngines(library, settings), shape);
    },
    load: (saved, { memory } = {}) =>
      loadRescoredIndex(
        { kind: 'usearch', enginesWith: (settings) => usearchEngines(library, settingsOf(settings)) },
        saved,
        { memory },
      ),
  };
}

function settingsOf(settings: z.input<z.ZodUnknown>): UsearchSettings {
  return parseOptions(usearchSettings, settings, 'usearchIndexes');
}

function onlyCosine(): InvalidOptionsError {
  const message = 'int8 holds numbers from -1 to 1, which only cosine has for certain';
  return new InvalidOptionsError({ owner: 'usearchIndexes', issues: [{ path: 'precision', message }] });
}
