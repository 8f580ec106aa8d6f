import { InvalidInputError, type SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { type LinearMap, type LinearMapKind, linearMap } from './linear-map.js';

const KIND = 'linear-map';

const headerSchema: z.ZodType<{ kind: LinearMapKind; inputs: number; outputs: number }> = z.object({
  kind: z.enum(['rotation', 'tldr']),
  inputs: z.int().min(1).max(65_536),
  outputs: z.int().min(1).max(65_536),
});

/** A map as a header and one block, its weights in little-endian float32; for `writeContainer`, or a store's segment. */
export function saveLinearMap({ kind, inputs, outputs, weights }: LinearMap): SavedIndex {
  const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
  return { kind: KIND, version: 1, header: { kind, inputs, outputs }, blocks: { weights: bytes } };
}

/**
 * The map that {@link saveLinearMap} wrote.
 *
 * @throws {InvalidInputError} it is not one, or its weights do not fit its header
 */
export async function loadLinearMap(saved: SavedIndex): Promise<LinearMap> {
  const header = headerSchema.safeParse(saved.header);
  const { weights } = saved.blocks;
  if (saved.kind !== KIND || saved.version !== 1 || !header.data || !weights || weights.length % 4 !== 0) {
    throw new InvalidInputError(
      { source: 'saved linear map' },
      `this is '${saved.kind}' in version ${saved.version}, or damaged`,
      'Restore the file, or fit the map again.',
    );
  }
  return linearMap(header.data, new Float32Array(new Uint8Array(weights).buffer));
}
