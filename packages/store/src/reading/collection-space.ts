import type { DocumentSpace, TitledText } from '@sluice/core';
import { gather } from './gather.js';
import type { SegmentReader } from './segment-reader.js';

/** The documents of all segments under one numbering. */
export class CollectionSpace implements DocumentSpace {
  readonly name: string;
  readonly size: number;
  readonly #segments: readonly SegmentReader[];

  constructor(name: string, segments: readonly SegmentReader[]) {
    this.name = name;
    this.#segments = segments;
    this.size = segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  idOf(ordinal: number): string {
    const segment = this.segmentOf(ordinal);
    return segment.ids.idOf(ordinal - segment.base);
  }

  ordinalOf(id: string): number | undefined {
    for (const segment of this.#segments) {
      const ordinal = segment.ids.ordinalOf(id);
      if (ordinal !== -1) return segment.base + ordinal;
    }
    return undefined;
  }

  compare(left: number, right: number): number {
    const one = this.segmentOf(left);
    const other = this.segmentOf(right);
    if (one === other) return one.ids.rankOf(left - one.base) - one.ids.rankOf(right - one.base);
    return one.ids.compareWith(left - one.base, other.ids, right - other.base);
  }

  texts(ordinals: Uint32Array): Promise<TitledText[]> {
    return gather(this, ordinals, ({ block, index }) => block.text(index));
  }

  /** @throws {RangeError} `ordinal` is not below `size` */
  segmentOf(ordinal: number): SegmentReader {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#segments[middle]?.base ?? 0) <= ordinal) low = middle;
      else high = middle - 1;
    }
    const segment = this.#segments[low];
    if (segment && ordinal >= 0 && ordinal < this.size) return segment;
    throw new RangeError(`Ordinal ${ordinal} is outside '${this.name}', which has ${this.size} documents.`);
  }
}
