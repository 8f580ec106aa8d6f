// A header of clustered impacts: 32-bit fields, but for two of 64 bits. `src/sparse/cluster-layout.ts` has the same list
// with its meaning.

// @ts-ignore: decorator
@inline
export const LOW_BYTES: usize = 0;
// @ts-ignore: decorator
@inline
export const IMPACT_BYTES: usize = 4;
// @ts-ignore: decorator
@inline
export const ROW_OFFSETS: usize = 8;
// @ts-ignore: decorator
@inline
export const BUCKET_STARTS: usize = 12;
// @ts-ignore: decorator
@inline
export const BUCKET_BYTES: usize = 16;
// @ts-ignore: decorator
@inline
export const LOWS: usize = 20;
// @ts-ignore: decorator
@inline
export const IMPACTS: usize = 24;
// @ts-ignore: decorator
@inline
export const LIST_CLUSTERS: usize = 28;
// @ts-ignore: decorator
@inline
export const CLUSTER_MEMBERS: usize = 32;
// @ts-ignore: decorator
@inline
export const MEMBERS: usize = 36;
// @ts-ignore: decorator
@inline
export const LIST_LINES: usize = 40;
// @ts-ignore: decorator
@inline
export const LINE_TERMS: usize = 44;
// @ts-ignore: decorator
@inline
export const LINE_STARTS: usize = 48;
// @ts-ignore: decorator
@inline
export const ENTRY_CLUSTERS: usize = 52;
// @ts-ignore: decorator
@inline
export const ENTRY_VALUES: usize = 56;
// @ts-ignore: decorator
@inline
export const QUERY_TERMS: usize = 60;
// @ts-ignore: decorator
@inline
export const QUERY_WEIGHTS: usize = 64;
// @ts-ignore: decorator
@inline
export const QUERY_BUCKETS: usize = 68;
// @ts-ignore: decorator
@inline
export const QUERY_LOWS: usize = 72;
// @ts-ignore: decorator
@inline
export const QUERY_LENGTH: usize = 76;
// @ts-ignore: decorator
@inline
export const CHOSEN: usize = 80;
// @ts-ignore: decorator
@inline
export const CHOSEN_LENGTH: usize = 84;
// @ts-ignore: decorator
@inline
export const SUMS: usize = 88;
// @ts-ignore: decorator
@inline
export const UNSORTED: usize = 92;
// @ts-ignore: decorator
@inline
export const PRODUCTS: usize = 96;
// @ts-ignore: decorator
@inline
export const RANKED: usize = 100;
// @ts-ignore: decorator
@inline
export const LEVELS: usize = 104;
// @ts-ignore: decorator
@inline
export const RANKED_LENGTH: usize = 108;
// @ts-ignore: decorator
@inline
export const LEVEL_STARTS: usize = 112;
// @ts-ignore: decorator
@inline
export const SEEN: usize = 116;
// @ts-ignore: decorator
@inline
export const FOUND: usize = 120;
// @ts-ignore: decorator
@inline
export const SCORES: usize = 124;
// @ts-ignore: decorator
@inline
export const BEST: usize = 128;
// @ts-ignore: decorator
@inline
export const FILTER: usize = 132;
// @ts-ignore: decorator
@inline
export const CLUSTERS_WALKED: usize = 136;
// @ts-ignore: decorator
@inline
export const ROWS_SCORED: usize = 140;
// @ts-ignore: decorator
@inline
export const SUMMARY_SCALE: usize = 144;
// @ts-ignore: decorator
@inline
export const STEP: usize = 152;
// @ts-ignore: decorator
@inline
export const LEVEL_COUNT: u32 = 4096;
// @ts-ignore: decorator
@inline
export const ALWAYS: u32 = LEVEL_COUNT + 1;

// @ts-ignore: decorator
@inline
export function field(header: usize, offset: usize): usize {
  return <usize>load<u32>(header + offset);
}
