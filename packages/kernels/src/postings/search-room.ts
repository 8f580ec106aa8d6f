import type { KernelMemory } from '../memory.js';
import type { Region } from '../region.js';
import { SEARCH_BYTES, SEARCH_FIELDS } from './search-layout.js';

/** Ordinals that are scored together: their sums stay in the cache nearest to the processor. */
export const WINDOW = 2048;

const GROWING = ['terms', 'order', 'scratch', 'bounds', 'filter', 'heap', 'best'] as const;

/** What grows with the query and with what is asked for. */
export type GrowingRoom = (typeof GROWING)[number];

/** The part of a kernel memory in which a search works: fields, norms, a window, and what grows with the query. */
export class SearchRoom {
  readonly search: Region;
  readonly norms: Region;
  readonly sums: Region;
  readonly touched: Region;
  readonly found: Region;
  readonly foundSums: Region;
  readonly #memory: KernelMemory;
  readonly #growing: ReadonlyMap<GrowingRoom, Region>;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.search = memory.allocate(SEARCH_BYTES);
    this.norms = memory.allocate(4 * 256);
    this.sums = memory.allocate(8 * WINDOW);
    this.touched = memory.allocate(WINDOW / 8);
    this.found = memory.allocate(4 * WINDOW);
    this.foundSums = memory.allocate(8 * WINDOW);
    this.#growing = new Map(GROWING.map((name) => [name, memory.allocate(0)]));
    this.clear();
  }

  /** Makes sure of so many bytes each. Views taken before may be stale. */
  reserve(bytes: Readonly<Partial<Record<GrowingRoom, number>>>): void {
    for (const [name, region] of this.#growing) {
      const wanted = bytes[name] ?? 0;
      if (wanted <= region.bytes) continue;
      // What is in it is of an earlier search: nothing to move.
      this.#memory.free(region);
      const { offset, bytes: size } = this.#memory.allocate(Math.ceil(1.5 * wanted));
      region.offset = offset;
      region.bytes = size;
    }
  }

  region(name: GrowingRoom): Region {
    const region = this.#growing.get(name);
    if (!region) throw new RangeError(`There is no room for ${name}.`);
    return region;
  }

  /** Sums and marks of a window back to 0, as every search leaves them that comes to its end. */
  clear(): void {
    this.sums.uint8().fill(0);
    this.touched.uint8().fill(0);
  }

  read(field: keyof typeof SEARCH_FIELDS): number {
    return this.search.uint32()[SEARCH_FIELDS[field] / 4] ?? 0;
  }

  write(values: Readonly<Partial<Record<keyof typeof SEARCH_FIELDS, number>>>): void {
    const fields = this.search.uint32();
    for (const [name, value] of Object.entries(values)) {
      fields[SEARCH_FIELDS[name as keyof typeof SEARCH_FIELDS] / 4] = value;
    }
  }

  /** A view of a region as float64, which regions lack. */
  float64({ offset }: Region, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, offset, length);
  }
}
