// A search is a block of fields, with one more for each term: `src/postings/search-layout.ts` has the same list with its
// meaning.

// @ts-ignore: decorator
@inline
export const BLOCKS: usize = 0;
// @ts-ignore: decorator
@inline
export const BLOCK_STARTS: usize = 4;
// @ts-ignore: decorator
@inline
export const BLOCK_LASTS: usize = 8;
// @ts-ignore: decorator
@inline
export const LENGTHS: usize = 12;
// @ts-ignore: decorator
@inline
export const SIZE: usize = 16;
// @ts-ignore: decorator
@inline
export const PLAIN_RICE: usize = 20;
// @ts-ignore: decorator
@inline
export const NORMS: usize = 24;
// @ts-ignore: decorator
@inline
export const VARIANT: usize = 28;
// @ts-ignore: decorator
@inline
export const K1: usize = 32;
// @ts-ignore: decorator
@inline
export const DELTA: usize = 40;
// @ts-ignore: decorator
@inline
export const TERMS: usize = 48;
// @ts-ignore: decorator
@inline
export const TERM_COUNT: usize = 52;
// @ts-ignore: decorator
@inline
export const ORDER: usize = 56;
// @ts-ignore: decorator
@inline
export const FILTER: usize = 60;
// @ts-ignore: decorator
@inline
export const PRUNING: usize = 64;
// @ts-ignore: decorator
@inline
export const WINDOW: usize = 68;
// @ts-ignore: decorator
@inline
export const SUMS: usize = 72;
// @ts-ignore: decorator
@inline
export const TOUCHED: usize = 76;
// @ts-ignore: decorator
@inline
export const FOUND: usize = 80;
// @ts-ignore: decorator
@inline
export const FOUND_SUMS: usize = 84;
// @ts-ignore: decorator
@inline
export const FOUND_COUNT: usize = 88;
// @ts-ignore: decorator
@inline
export const K: usize = 92;
// @ts-ignore: decorator
@inline
export const HEAP: usize = 96;
// @ts-ignore: decorator
@inline
export const HEAP_SIZE: usize = 100;
// @ts-ignore: decorator
@inline
export const BEST: usize = 104;
// @ts-ignore: decorator
@inline
export const BEST_COUNT: usize = 108;
// @ts-ignore: decorator
@inline
export const BEST_CAPACITY: usize = 112;
// @ts-ignore: decorator
@inline
export const THRESHOLD: usize = 116;
// @ts-ignore: decorator
@inline
export const NEXT: usize = 120;
// @ts-ignore: decorator
@inline
export const DECODED: usize = 124;
// @ts-ignore: decorator
@inline
export const DAMAGED_TERM: usize = 128;

// Of a term.

// @ts-ignore: decorator
@inline
export const WEIGHT: usize = 0;
// @ts-ignore: decorator
@inline
export const FIRST_BLOCK: usize = 4;
// @ts-ignore: decorator
@inline
export const FULL_BLOCKS: usize = 8;
// @ts-ignore: decorator
@inline
export const TAIL: usize = 12;
// @ts-ignore: decorator
@inline
export const TAIL_END: usize = 16;
// @ts-ignore: decorator
@inline
export const TAIL_COUNT: usize = 20;
// @ts-ignore: decorator
@inline
export const BOUNDS: usize = 24;
// @ts-ignore: decorator
@inline
export const SCRATCH: usize = 28;
// @ts-ignore: decorator
@inline
export const BLOCK: usize = 32;
// @ts-ignore: decorator
@inline
export const PLACE: usize = 36;
// @ts-ignore: decorator
@inline
export const COUNT: usize = 40;
// @ts-ignore: decorator
@inline
export const ORDINALS_OF: usize = 44;
// @ts-ignore: decorator
@inline
export const FREQUENCIES_OF: usize = 48;
// @ts-ignore: decorator
@inline
export const IMPACTS_OF: usize = 52;
// @ts-ignore: decorator
@inline
export const BOUND: usize = 56;
// @ts-ignore: decorator
@inline
export const TERM_BYTES: usize = 64;

// @ts-ignore: decorator
@inline
export const BLOCK_POSTINGS: u32 = 128;
// @ts-ignore: decorator
@inline
export const FREQUENCIES: usize = 512;
// @ts-ignore: decorator
@inline
export const IMPACTS: usize = 1024;
// @ts-ignore: decorator
@inline
export const NONE: u32 = 0xffffffff;

// @ts-ignore: decorator
@inline
export function u32At(record: usize, field: usize): u32 {
  return load<u32>(record + field);
}
