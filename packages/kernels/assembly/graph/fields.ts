// A graph is a block of 32-bit fields, one block for each thread that works on it: what all share is pointed at, scratch
// is each thread's own. `src/graph/graph-layout.ts` has the same list with its meaning.

// @ts-ignore: decorator
@inline
export const CODES: usize = 0;
// @ts-ignore: decorator
@inline
export const SKETCHES: usize = 4;
// @ts-ignore: decorator
@inline
export const SKETCH_BYTES: usize = 8;
// @ts-ignore: decorator
@inline
export const COLUMNS: usize = 12;
// @ts-ignore: decorator
@inline
export const LINKS: usize = 16;
// @ts-ignore: decorator
@inline
export const GROUND_DEGREE: usize = 20;
// @ts-ignore: decorator
@inline
export const UPPER_LINKS: usize = 24;
// @ts-ignore: decorator
@inline
export const UPPER_AT: usize = 28;
// @ts-ignore: decorator
@inline
export const UPPER_DEGREE: usize = 32;
// @ts-ignore: decorator
@inline
export const SEEN: usize = 36;
// @ts-ignore: decorator
@inline
export const SEEN_BYTES: usize = 40;
// @ts-ignore: decorator
@inline
export const TRAIL: usize = 44;
// @ts-ignore: decorator
@inline
export const TRAIL_LENGTH: usize = 48;
// @ts-ignore: decorator
@inline
export const POOL: usize = 52;
// @ts-ignore: decorator
@inline
export const QUERY: usize = 56;
// @ts-ignore: decorator
@inline
export const PLANES: usize = 60;
// @ts-ignore: decorator
@inline
export const QUERY_OWN_SCALE: usize = 64;
// @ts-ignore: decorator
@inline
export const QUERY_BIAS: usize = 68;
// @ts-ignore: decorator
@inline
export const QUERY_SCALE: usize = 72;
// @ts-ignore: decorator
@inline
export const QUERY_REACH: usize = 76;
// @ts-ignore: decorator
@inline
export const QUERY_SUM: usize = 80;
// @ts-ignore: decorator
@inline
export const QUERY_HIGH_SUM: usize = 84;
// @ts-ignore: decorator
@inline
export const QUERY_SIZES: usize = 88;
// @ts-ignore: decorator
@inline
export const QUERY_SQUARES: usize = 92;
// @ts-ignore: decorator
@inline
export const FACTOR: usize = 96;
// @ts-ignore: decorator
@inline
export const MARGIN: usize = 100;
// @ts-ignore: decorator
@inline
export const ROOT: usize = 104;
// @ts-ignore: decorator
@inline
export const BATCH: usize = 108;
// @ts-ignore: decorator
@inline
export const SCORES: usize = 112;
// @ts-ignore: decorator
@inline
export const HIGHS: usize = 116;
// @ts-ignore: decorator
@inline
export const RIVALS: usize = 120;
// @ts-ignore: decorator
@inline
export const DECODED: usize = 124;
// @ts-ignore: decorator
@inline
export const ESTIMATES: usize = 128;
// @ts-ignore: decorator
@inline
export const EVALUATIONS: usize = 132;
// @ts-ignore: decorator
@inline
export const SINK: usize = 136;

// @ts-ignore: decorator
@inline
export function field(graph: usize, offset: usize): usize {
  return <usize>load<u32>(graph + offset);
}
