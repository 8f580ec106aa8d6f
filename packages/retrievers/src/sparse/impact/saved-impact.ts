import type { SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { DamagedIndexError } from '../../errors/damaged-index-error.js';
import { bytesOf } from '../little-endian.js';
import { SparseBlocks } from '../sparse-blocks.js';
import { ImpactIndex, type ImpactPrecision, type Impacts } from './impact-index.js';

const KIND = 'impact';
const VERSION = 1;

const headerSchema = z.strictObject({
  fingerprint: z.string().min(1).max(1000),
  columns: z
    .int()
    .min(1)
    .max(2 ** 24),
  size: z.int().min(0).max(0xffffffff),
  documents: z.int().nonnegative(),
  windowDocuments: z.union([z.literal(32), z.literal(64), z.literal(128), z.literal(256)]),
  scale: z.number().positive(),
  precision: z.enum(['uint8', 'uint16', 'float32']),
  /** Bytes of a window's number. */
  windowWidth: z.union([z.literal(2), z.literal(4)]),
});

// Blocks of bytes: `blockOffsets` 4 bytes each, one more than there are columns; for each block of postings
// `blockWindows` 2 or 4 bytes, `blockCounts` 1 byte (postings less 1) and `blockMaxima` as wide as an impact; for each
// posting `places` 1 byte and `impacts` 1, 2 or 4.

/** The index as blocks of bytes: views of its memory where they can be, to be written and not to be changed. */
export function saveImpact(index: ImpactIndex): SavedIndex {
  const { fingerprint, columns, size, documents, windowDocuments, scale, precision } = index;
  const { blockOffsets, blockWindows, blockMaxima, places, impacts } = index;
  const windowWidth = blockWindows.BYTES_PER_ELEMENT;
  const blocks = {
    blockOffsets: bytesOf(blockOffsets),
    blockWindows: bytesOf(blockWindows),
    blockCounts: countsOf(index.blockStarts),
    blockMaxima: impactBytes(blockMaxima),
    places,
    impacts: impactBytes(impacts),
  };
  const header = { fingerprint, columns, size, documents, windowDocuments, scale, precision, windowWidth };
  return { kind: KIND, version: VERSION, header, blocks };
}

/**
 * Puts saved blocks into place; they are kept, not copied, where the platform allows.
 *
 * Checks what a search relies on, O(blocks + documents), and for float32 impacts O(postings). Bytes that pass and are
 * wrong give wrong scores, never a crash: the container's checksums are what guards against accidents.
 *
 * @throws {DamagedIndexError} blocks are missing or contradict each other or the header
 */
export function loadImpact(saved: SavedIndex): ImpactIndex {
  const blocks = new SparseBlocks(saved, KIND, VERSION, headerSchema);
  const { windowWidth, precision, ...facts } = blocks.header;
  const { columns, size, documents, windowDocuments } = facts;
  const counts = blocks.whole('blockCounts');
  const blockStarts = startsOf(counts, windowDocuments);
  const postings = blockStarts[counts.length] ?? 0;
  const parts = {
    ...facts,
    blockOffsets: blocks.starts('blockOffsets', columns + 1),
    blockWindows: blocks.integers('blockWindows', windowWidth, counts.length),
    blockStarts,
    blockMaxima: impactsOf(blocks, 'blockMaxima', precision, counts.length),
    places: blocks.bytes('places', postings),
    impacts: impactsOf(blocks, 'impacts', precision, postings),
  };
  if (documents > Math.min(size, postings)) throw damaged('it has more documents than ordinals or postings');
  expectBlocks(parts, Math.ceil(size / windowDocuments));
  return new ImpactIndex(parts);
}

function countsOf(blockStarts: Uint32Array): Uint8Array {
  const counts = new Uint8Array(blockStarts.length - 1);
  for (let at = 0; at < counts.length; at++) counts[at] = (blockStarts[at + 1] ?? 0) - (blockStarts[at] ?? 0) - 1;
  return counts;
}

function startsOf(counts: Uint8Array, windowDocuments: number): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  let start = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = (counts[at] ?? 0) + 1;
    if (count > windowDocuments) throw damaged(`block ${at} has more postings than a window has documents`);
    start += count;
    starts[at + 1] = start;
  }
  if (start > 0xffffffff) throw damaged('it has more postings than can be numbered');
  return starts;
}

function expectBlocks(
  { blockOffsets, blockWindows }: Pick<ImpactIndex, 'blockOffsets' | 'blockWindows'>,
  windows: number,
): void {
  if (blockOffsets.at(-1) !== blockWindows.length)
    throw damaged(`'blockOffsets' does not end with ${blockWindows.length}`);
  for (let term = 1; term < blockOffsets.length; term++) {
    const [start, end] = [blockOffsets[term - 1] ?? 0, blockOffsets[term] ?? 0];
    let previous = -1;
    for (let at = start; at < end; at++) {
      const window = blockWindows[at] ?? 0;
      if (window <= previous || window >= windows)
        throw damaged(`windows of term ${term - 1} are out of order or range`);
      previous = window;
    }
  }
}

function impactsOf(blocks: SparseBlocks<unknown>, name: string, precision: ImpactPrecision, count: number): Impacts {
  if (precision === 'uint8') return blocks.bytes(name, count);
  if (precision === 'uint16') return blocks.integers(name, 2, count);
  const { buffer, byteOffset, length } = blocks.integers(name, 4, count);
  const impacts = new Float32Array(buffer, byteOffset, length);
  for (let at = 0; at < impacts.length; at++) {
    const impact = impacts[at] ?? Number.NaN;
    if (!(impact > 0 && impact < Infinity)) throw damaged(`'${name}' has ${impact} at ${at}`);
  }
  return impacts;
}

function impactBytes(impacts: Impacts): Uint8Array {
  if (!(impacts instanceof Float32Array)) return bytesOf(impacts);
  return bytesOf(new Uint32Array(impacts.buffer, impacts.byteOffset, impacts.length));
}

function damaged(problem: string): DamagedIndexError {
  return new DamagedIndexError({ kind: KIND, problem });
}
