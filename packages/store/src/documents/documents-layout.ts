import { z } from 'zod';

// A documents file, version 1: a container with two blocks.
//
//   documents   blocks of documents (see document-block.ts), each compressed by itself (raw deflate), one after another
//   index       3 arrays for b blocks, little-endian:
//               ends       8 bytes each, double: where each compressed block ends in `documents`
//               unpacked   4 bytes each: bytes of each block before compression
//               firsts     4 bytes each: ordinal of the first document of each block
//
// The header is { size, blocks }: how many documents and how many blocks.

export const DOCUMENTS_KIND = { kind: 'documents', version: 1 } as const;

/** Bytes at which a block is closed, before compression: a larger document has a block to itself. */
export const BLOCK_BYTES: number = 16 * 1024;

export const documentsHeader: z.ZodType<{ size: number; blocks: number }> = z.strictObject({
  size: z.int().nonnegative(),
  blocks: z.int().nonnegative(),
});

/** Where the blocks are, and which documents they hold. */
export interface BlockIndex {
  readonly ends: Float64Array;
  readonly unpacked: Uint32Array;
  readonly firsts: Uint32Array;
}

export function encodeBlockIndex({ ends, unpacked, firsts }: BlockIndex): Uint8Array {
  const bytes = new Uint8Array(16 * ends.length);
  bytes.set(new Uint8Array(ends.buffer, ends.byteOffset, ends.byteLength));
  bytes.set(new Uint8Array(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength), 8 * ends.length);
  bytes.set(new Uint8Array(firsts.buffer, firsts.byteOffset, firsts.byteLength), 12 * ends.length);
  return bytes;
}

/** The index, or what is wrong, in words. */
export function decodeBlockIndex(
  bytes: Uint8Array,
  { size, blocks }: { size: number; blocks: number },
  packedBytes: number,
): BlockIndex | string {
  if (bytes.length !== 16 * blocks) return `its index is not that of ${blocks} blocks`;
  const { buffer } = new Uint8Array(bytes);
  const ends = new Float64Array(buffer, 0, blocks);
  const unpacked = new Uint32Array(buffer, 8 * blocks, blocks);
  const firsts = new Uint32Array(buffer, 12 * blocks, blocks);
  for (let at = 0; at < blocks; at++) {
    const begins = at === 0 ? 0 : (ends[at - 1] ?? 0);
    const before = at === 0 ? -1 : (firsts[at - 1] ?? 0);
    const first = firsts[at] ?? 0;
    if (!((ends[at] ?? 0) > begins) || first <= before || first >= size || (at === 0 && first !== 0)) {
      return `block ${at} of its documents is not where the index says`;
    }
  }
  const end = blocks === 0 ? 0 : ends[blocks - 1];
  return end === packedBytes && blocks > 0 === size > 0
    ? { ends, unpacked, firsts }
    : 'its blocks do not fill the file';
}
