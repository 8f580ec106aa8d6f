import type { SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { SavedBlocks } from '../../saved-blocks.js';
import { type AutoSettings, autoParameters } from './auto-options.js';

const KIND = 'auto';
const VERSION = 1;

interface Header {
  readonly settings: AutoSettings;
  readonly chosen: { readonly kind: 'flat' | 'hnsw'; readonly version: number; readonly header: SavedIndex['header'] };
}

const headerSchema: z.ZodType<Header> = z.strictObject({
  settings: autoParameters,
  chosen: z.strictObject({
    kind: z.enum(['flat', 'hnsw']),
    version: z.int().min(1),
    header: z.custom<SavedIndex['header']>((value) => value !== undefined),
  }),
});

/** The chosen index's blocks, and its header within this one's. */
export function saveAuto(settings: AutoSettings, { kind, version, header, blocks }: SavedIndex): SavedIndex {
  return {
    kind: KIND,
    version: VERSION,
    header: { settings: { ...settings }, chosen: { kind, version, header } },
    blocks,
  };
}

/**
 * What {@link saveAuto} was given.
 *
 * @throws {InvalidInputError} it is not that; the chosen index's own loader checks the rest
 */
export function readAuto(saved: SavedIndex): { readonly settings: AutoSettings; readonly chosen: SavedIndex } {
  const { settings, chosen } = new SavedBlocks(saved, KIND, VERSION, headerSchema).header;
  return { settings, chosen: { ...chosen, blocks: saved.blocks } };
}
