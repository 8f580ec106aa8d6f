import type { SavedIndex } from '@sluice/core';
import { BLOCK_POSTINGS, type PackedPostings } from '@sluice/kernels';
import { z } from 'zod';
import { bytesOf } from '../little-endian.js';
import { SparseBlocks } from '../sparse-blocks.js';
import type { Bm25Columns } from './bm25-columns.js';
import { Bm25Index } from './bm25-index.js';
import { damagedBm25 } from './damaged-bm25.js';
import { TermDictionary } from './term-dictionary.js';

const KIND = 'bm25';
const VERSION = 2;

const facts = {
  analyzerFingerprint: z.string().min(1).max(1000),
  documents: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
};
const headerSchema = z.strictObject(facts);
const headerSchema1 = z.strictObject({
  ...facts,
  /** Bytes of a term frequency. */
  frequencyWidth: z.union([z.literal(1), z.literal(2), z.literal(4)]),
});

// Blocks: `terms` the UTF-8 bytes of all terms, sorted; `termOffsets` 4 bytes each, one more than there are terms; `counts`,
// `blocks`, `blockStarts`, `blockLasts`, `tails` and `tailStarts` as in PackedPostings; `lengthCodes` 1 byte an ordinal.
// Version 1 had plain postings: `offsets` 4 bytes each, one more than there are terms; `ordinals` 4 bytes and `frequencies`
// 1, 2 or 4 bytes a posting.

/** The index as blocks of bytes: views of its memory, to be written and not to be changed. */
export function saveBm25(index: Bm25Index): SavedIndex {
  const { analyzerFingerprint, documents, tokens, terms, lengthCodes } = index;
  const { counts, blocks, blockStarts, blockLasts, tails, tailStarts } = index.lists.packed;
  return {
    kind: KIND,
    version: VERSION,
    header: { analyzerFingerprint, documents, tokens },
    blocks: {
      terms: terms.bytes,
      termOffsets: bytesOf(terms.offsets),
      counts: bytesOf(counts),
      blocks,
      blockStarts: bytesOf(blockStarts),
      blockLasts: bytesOf(blockLasts),
      tails,
      tailStarts: bytesOf(tailStarts),
      lengthCodes,
    },
  };
}

/**
 * Puts saved blocks into place; they are kept, not copied, where the platform allows. Version 1 is compressed on the way:
 * about 100 ms for a million postings.
 *
 * Checks what a search relies on: sizes and places here, O(terms + ordinals + postings / 128); the postings whenever they
 * are decoded. Bytes that pass and are wrong give wrong scores, never a crash: the container's checksums are what guards
 * against accidents.
 *
 * @throws {DamagedIndexError} blocks are missing or contradict each other or the header
 */
export function loadBm25(saved: SavedIndex): Bm25Index {
  if (saved.version === 1) return loadVersion1(saved);
  const blocks = new SparseBlocks(saved, KIND, VERSION, headerSchema);
  const terms = dictionaryOf(blocks);
  const lengthCodes = blocks.whole('lengthCodes');
  const packed = {
    counts: blocks.integers('counts', 4, terms.size),
    blocks: blocks.whole('blocks'),
    blockStarts: blocks.starts('blockStarts'),
    blockLasts: blocks.integers('blockLasts', 4),
    tails: blocks.whole('tails'),
    tailStarts: blocks.starts('tailStarts', terms.size + 1),
  };
  expectPlaces(packed, lengthCodes.length);
  const index = new Bm25Index({ ...blocks.header, terms, packed, lengthCodes });
  expectFacts(index);
  return index;
}

function loadVersion1(saved: SavedIndex): Bm25Index {
  const blocks = new SparseBlocks(saved, KIND, 1, headerSchema1);
  const { frequencyWidth, ...rest } = blocks.header;
  const terms = dictionaryOf(blocks);
  const offsets = blocks.starts('offsets', terms.size + 1);
  const ordinals = blocks.integers('ordinals', 4, offsets[terms.size]);
  const frequencies = blocks.integers('frequencies', frequencyWidth, ordinals.length);
  const columns = { ...rest, terms, offsets, ordinals, frequencies, lengthCodes: blocks.whole('lengthCodes') };
  expectPostings(columns);
  const index = Bm25Index.of(columns);
  expectFacts(index);
  return index;
}

function dictionaryOf(blocks: SparseBlocks<unknown>): TermDictionary {
  const terms = blocks.whole('terms');
  const offsets = blocks.starts('termOffsets');
  expectEnd('termOffsets', offsets, terms.length);
  return new TermDictionary(terms, offsets);
}

/** What {@link PackedLists} relies on. */
function expectPlaces(packed: PackedPostings, size: number): void {
  const { counts, blocks, blockStarts, blockLasts, tails, tailStarts } = packed;
  if (blockStarts.length !== blockLasts.length + 1) throw damagedBm25('blocks and their ends are of different numbers');
  expectEnd('blockStarts', blockStarts, blocks.length);
  expectEnd('tailStarts', tailStarts, tails.length);
  let block = 0;
  for (const count of counts) {
    const end = block + Math.floor(count / BLOCK_POSTINGS);
    let previous = -1;
    for (; block < end; block++) {
      const last = blockLasts[block] ?? -1;
      if (last <= previous || last >= size) throw damagedBm25(`the end of block ${block} is out of order or of range`);
      previous = last;
    }
  }
  if (block !== blockLasts.length) throw damagedBm25('postings and blocks are of different numbers');
}

function expectPostings({ offsets, ordinals, frequencies, lengthCodes }: Bm25Columns): void {
  for (let term = 0; term + 1 < offsets.length; term++) {
    let previous = -1;
    for (let at = offsets[term] ?? 0; at < (offsets[term + 1] ?? 0); at++) {
      const ordinal = ordinals[at] ?? 0;
      if (ordinal <= previous || (lengthCodes[ordinal] ?? 0) === 0 || frequencies[at] === 0)
        throw damagedBm25(`postings of term ${term} are out of order or of range`);
      previous = ordinal;
    }
  }
}

function expectFacts({ documents, tokens, lengthCodes, postings }: Bm25Index): void {
  if (documents !== countPresent(lengthCodes)) throw damagedBm25('documents and lengths are of different numbers');
  if (tokens < Math.max(documents, postings)) throw damagedBm25('it has fewer tokens than postings');
}

function expectEnd(name: string, starts: Uint32Array, total: number): void {
  if (starts.at(-1) !== total) throw damagedBm25(`'${name}' does not end with ${total}`);
}

function countPresent(lengthCodes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < lengthCodes.length; at++) if (lengthCodes[at] !== 0) count++;
  return count;
}
