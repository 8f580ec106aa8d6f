// A header of postings in windows: 32-bit fields. `src/sparse/window-layout.ts` has the same list with its meaning.

// @ts-ignore: decorator
@inline
export const IMPACT_BYTES: usize = 0;
// @ts-ignore: decorator
@inline
export const WINDOW_BYTES: usize = 4;
// @ts-ignore: decorator
@inline
export const WINDOW_SHIFT: usize = 8;
// @ts-ignore: decorator
@inline
export const GROUP_OFFSETS: usize = 12;
// @ts-ignore: decorator
@inline
export const GROUPS: usize = 16;
// @ts-ignore: decorator
@inline
export const GROUP_BLOCKS: usize = 20;
// @ts-ignore: decorator
@inline
export const GROUP_MAXIMA: usize = 24;
// @ts-ignore: decorator
@inline
export const BLOCK_WINDOWS: usize = 28;
// @ts-ignore: decorator
@inline
export const BLOCK_STARTS: usize = 32;
// @ts-ignore: decorator
@inline
export const BLOCK_MAXIMA: usize = 36;
// @ts-ignore: decorator
@inline
export const PLACES: usize = 40;
// @ts-ignore: decorator
@inline
export const IMPACTS: usize = 44;
// @ts-ignore: decorator
@inline
export const SIZE: usize = 48;
// @ts-ignore: decorator
@inline
export const GROUP_COUNT: usize = 52;
// @ts-ignore: decorator
@inline
export const QUERY_TERMS: usize = 56;
// @ts-ignore: decorator
@inline
export const QUERY_WEIGHTS: usize = 60;
// @ts-ignore: decorator
@inline
export const QUERY_LENGTH: usize = 64;
// @ts-ignore: decorator
@inline
export const FILTER: usize = 68;
// @ts-ignore: decorator
@inline
export const GROUP_BOUNDS: usize = 72;
// @ts-ignore: decorator
@inline
export const GROUP_ORDER: usize = 76;
// @ts-ignore: decorator
@inline
export const WINDOW_BOUNDS: usize = 80;
// @ts-ignore: decorator
@inline
export const WINDOW_ORDER: usize = 84;
// @ts-ignore: decorator
@inline
export const WINDOW_BLOCKS: usize = 88;
// @ts-ignore: decorator
@inline
export const SUMS: usize = 92;
// @ts-ignore: decorator
@inline
export const FOUND: usize = 96;
// @ts-ignore: decorator
@inline
export const SCORES: usize = 100;
// @ts-ignore: decorator
@inline
export const BEST: usize = 104;
// @ts-ignore: decorator
@inline
export const GROUPS_READ: usize = 108;
// @ts-ignore: decorator
@inline
export const WINDOWS_SCORED: usize = 112;
// @ts-ignore: decorator
@inline
export const GROUP_BITS: u32 = 5;
// @ts-ignore: decorator
@inline
export const GROUP_MASK: u32 = 31;
