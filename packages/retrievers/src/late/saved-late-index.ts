import { parseOptions, type SavedIndex } from '@sluice/core';
import { KernelMemory } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf, SavedBlocks } from '../saved-blocks.js';
import { ClusteredDocuments } from './clustered-documents.js';
import { LateIndex } from './late-index.js';
import { type LateIndexSettings, lateIndexSettings } from './late-index-options.js';
import { loadMultiVectors, saveMultiVectors } from './saved-multi-vectors.js';

const KIND = 'late';
const VERSION = 1;
/** Blocks of the store, by their own names behind it. */
const STORE = 'store.';

interface Header {
  readonly settings: LateIndexSettings;
  readonly clusters: number;
  readonly codes: number;
  readonly neighbours: number;
  readonly queries: number;
  readonly store: SavedIndex['header'];
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  settings: lateIndexSettings,
  clusters: z.int().min(1).max(65_536),
  codes: z
    .int()
    .min(0)
    .max(2 ** 31),
  neighbours: z.int().min(0).max(10_000),
  queries: z.int().min(0).max(10_000),
  store: z.json(),
});

const surroundings: z.ZodType<{ memory?: KernelMemory | undefined }> = z.strictObject({
  memory: z.instanceof(KernelMemory).optional(),
});

/**
 * The index as blocks: those of its store, `centroids` (float32, one a row), `codes` (uint16), `codeOffsets` (uint32, one
 * more than documents), and `probes` and `places` (float32), what the true best of sample queries took.
 */
export function saveLateIndex({ store, settings, clustered, measured }: LateIndex): SavedIndex {
  const saved = saveMultiVectors(store);
  const { count, centroids, codes, offsets } = clustered.clusters;
  const { probes, places, queries } = measured;
  return {
    kind: KIND,
    version: VERSION,
    header: {
      settings: { ...settings },
      clusters: count,
      codes: codes.length,
      neighbours: places.length,
      queries,
      store: saved.header,
    },
    blocks: {
      ...Object.fromEntries(Object.entries(saved.blocks).map(([name, block]) => [`${STORE}${name}`, block])),
      centroids: bytesOf(centroids),
      codes: bytesOf(codes),
      codeOffsets: bytesOf(offsets),
      probes: bytesOf(probes),
      places: bytesOf(places),
    },
  };
}

/**
 * The index that {@link saveLateIndex} wrote, in `memory`, with what it measured.
 *
 * @throws {InvalidInputError} it is not one, or its blocks contradict its header or each other
 * @throws {MemoryLimitError} it does not fit `memory`
 */
export function loadLateIndex(
  saved: SavedIndex,
  options: { readonly memory?: KernelMemory | undefined } = {},
): LateIndex {
  const { memory = new KernelMemory() } = parseOptions(surroundings, options, 'loadLateIndex');
  const blocks = new SavedBlocks(saved, KIND, VERSION, headerSchema);
  const { settings, clusters: count, codes: codeCount, neighbours, queries, store: header } = blocks.header;
  const storeBlocks = blocks.within(STORE);
  const store = loadMultiVectors({ kind: 'multi-vectors', version: 1, header, blocks: storeBlocks }, { memory });
  try {
    const centroids = blocks.float32('centroids', count * store.dimensions);
    if (!centroids.every(Number.isFinite)) throw blocks.refused('a centroid is not finite');
    // Looked for before there is room for them: the header may lie.
    const codeBytes = blocks.bytes('codes', 2 * codeCount);
    const codes = new Uint16Array(codeCount);
    bytesOf(codes).set(codeBytes);
    if (codes.some((code) => code >= count)) throw blocks.refused('a document is near a centroid that is not there');
    const offsets = blocks.uint32('codeOffsets', store.size + 1);
    if (offsets[0] !== 0 || offsets[store.size] !== codeCount)
      throw blocks.refused("'codeOffsets' does not span 'codes'");
    if (offsets.some((offset, at) => offset < (offsets[at - 1] ?? 0))) throw blocks.refused("'codeOffsets' decreases");
    const measured = {
      probes: blocks.float32('probes', neighbours),
      places: blocks.float32('places', neighbours),
      queries,
    };
    if (![...measured.probes, ...measured.places].every((value) => value >= 1)) {
      throw blocks.refused('a measurement is out of range');
    }
    const clustered = new ClusteredDocuments(memory, store.dimensions, { centroids, count, codes, offsets });
    return new LateIndex(store, settings, clustered, measured);
  } catch (error) {
    store.close();
    throw error;
  }
}
