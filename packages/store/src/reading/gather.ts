import type { CallOptions } from '@sluice/core';
import type { DocumentBlock } from '../documents/document-block.js';
import type { CollectionSpace } from './collection-space.js';
import type { SegmentReader } from './segment-reader.js';

/** Ordinals whose blocks are held in memory at once: at most 4 MB of documents of ordinary size. */
const STEP = 256;

/** A document among those unpacked with it. */
export interface FoundDocument {
  readonly segment: SegmentReader;
  /** In the segment. */
  readonly ordinal: number;
  readonly block: DocumentBlock;
  /** In the block. */
  readonly index: number;
}

/** What `pick` makes of each document, in the order of `ordinals`. Blocks are read side by side, each once a step. */
export async function gather<Picked>(
  space: CollectionSpace,
  ordinals: Uint32Array,
  pick: (found: FoundDocument) => Picked,
  options: CallOptions = {},
): Promise<Picked[]> {
  const picked: Picked[] = [];
  for (let at = 0; at < ordinals.length; at += STEP) {
    const step = [...ordinals.subarray(at, at + STEP)].map((ordinal) => locate(space, ordinal));
    const found = await Promise.all(step.map((place) => find(place, options)));
    for (const document of found) picked.push(pick(document));
    options.onProgress?.({ phase: 'reading', done: picked.length, total: ordinals.length, unit: 'documents' });
  }
  return picked;
}

interface Place {
  readonly segment: SegmentReader;
  readonly ordinal: number;
}

function locate(space: CollectionSpace, ordinal: number): Place {
  const segment = space.segmentOf(ordinal);
  return { segment, ordinal: ordinal - segment.base };
}

async function find({ segment, ordinal }: Place, options: CallOptions): Promise<FoundDocument> {
  const { block, index } = segment.documents.placeOf(ordinal);
  return { segment, ordinal, block: await segment.documents.cached(block, options), index };
}
