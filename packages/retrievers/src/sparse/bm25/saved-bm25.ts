import type { SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { DamagedIndexError } from '../../errors/damaged-index-error.js';
import { bytesOf, integersOf } from '../little-endian.js';
import { Bm25Index } from './bm25-index.js';
import { TermDictionary } from './term-dictionary.js';

const KIND = 'bm25';
const VERSION = 1;

const headerSchema = z.strictObject({
  analyzerFingerprint: z.string().min(1).max(1000),
  documents: z.int().nonnegative(),
  tokens: z.int().nonnegative(),
  /** Bytes of a term frequency. */
  frequencyWidth: z.union([z.literal(1), z.literal(2), z.literal(4)]),
});

// Blocks: `terms` the UTF-8 bytes of all terms, sorted; `termOffsets` and `offsets` 4 bytes each, one more than there
// are terms; `ordinals` 4 bytes and `frequencies` 1, 2 or 4 bytes a posting; `lengthCodes` 1 byte an ordinal.

/** The index as blocks of bytes: views of its memory, to be written and not to be changed. */
export function saveBm25(index: Bm25Index): SavedIndex {
  const { analyzerFingerprint, documents, tokens, terms, offsets, ordinals, frequencies, lengthCodes } = index;
  const blocks = {
    terms: terms.bytes,
    termOffsets: bytesOf(terms.offsets),
    offsets: bytesOf(offsets),
    ordinals: bytesOf(ordinals),
    frequencies: bytesOf(frequencies),
    lengthCodes,
  };
  const header = { analyzerFingerprint, documents, tokens, frequencyWidth: frequencies.BYTES_PER_ELEMENT };
  return { kind: KIND, version: VERSION, header, blocks };
}

/**
 * Puts saved blocks into place; they are kept, not copied, where the platform allows.
 *
 * Checks what a search relies on: sizes and offsets here, O(terms + ordinals); the postings of a term when it is first
 * searched for. Bytes that pass and are wrong give wrong scores, never a crash: the container's checksums are what
 * guards against accidents.
 *
 * @throws {DamagedIndexError} blocks are missing or contradict each other or the header
 */
export function loadBm25(saved: SavedIndex): Bm25Index {
  if (saved.kind !== KIND || saved.version !== VERSION) {
    throw damaged(`it is of kind '${saved.kind}', version ${saved.version}, and this loader reads ${KIND} ${VERSION}`);
  }
  const header = headerSchema.safeParse(saved.header);
  if (!header.success) throw damaged('its header is not one of this kind', header.error);
  const { frequencyWidth, ...facts } = header.data;
  const terms = block(saved, 'terms', 1);
  const termOffsets = integersOf(block(saved, 'termOffsets', 4), 4);
  const offsets = integersOf(block(saved, 'offsets', 4), 4);
  const ordinals = integersOf(block(saved, 'ordinals', 4), 4);
  const frequencies = integersOf(block(saved, 'frequencies', frequencyWidth), frequencyWidth);
  const lengthCodes = block(saved, 'lengthCodes', 1);
  if (termOffsets.length !== offsets.length) throw damaged('terms and postings are of different numbers');
  if (frequencies.length !== ordinals.length) throw damaged('ordinals and frequencies are of different numbers');
  expectOffsets('termOffsets', termOffsets, terms.length);
  expectOffsets('offsets', offsets, ordinals.length);
  if (facts.documents !== countPresent(lengthCodes)) throw damaged('documents and lengths are of different numbers');
  if (facts.tokens < Math.max(facts.documents, ordinals.length)) throw damaged('it has fewer tokens than postings');
  return new Bm25Index({
    ...facts,
    terms: new TermDictionary(terms, termOffsets),
    offsets,
    ordinals,
    frequencies,
    lengthCodes,
  });
}

/** A block whose length is a multiple of `width`. */
function block({ blocks }: SavedIndex, name: string, width: number): Uint8Array {
  const bytes = blocks[name];
  if (!(bytes instanceof Uint8Array)) throw damaged(`the block '${name}' is missing`);
  if (bytes.length % width !== 0)
    throw damaged(`the block '${name}' has ${bytes.length} bytes, no multiple of ${width}`);
  return bytes;
}

function expectOffsets(name: string, offsets: Uint32Array, total: number): void {
  if (offsets[0] !== 0 || offsets[offsets.length - 1] !== total) {
    throw damaged(`'${name}' does not go from 0 to ${total}`);
  }
  for (let at = 1; at < offsets.length; at++) {
    if ((offsets[at] ?? 0) < (offsets[at - 1] ?? 0)) throw damaged(`'${name}' decreases at ${at}`);
  }
}

function countPresent(lengthCodes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < lengthCodes.length; at++) if (lengthCodes[at] !== 0) count++;
  return count;
}

function damaged(problem: string, cause?: unknown): DamagedIndexError {
  return new DamagedIndexError({ kind: KIND, problem, cause });
}
