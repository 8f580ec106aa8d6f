import {
  BUCKET_BYTES, BUCKET_STARTS, field, IMPACT_BYTES, IMPACTS, LOW_BYTES, LOWS, QUERY_BUCKETS, QUERY_LENGTH, QUERY_LOWS,
  QUERY_WEIGHTS, ROW_OFFSETS,
} from './fields';

// A row keeps its terms in buckets of those with the same high part, so that a query asks a row only for its own terms:
// one comparison of sixteen low parts for each, instead of a walk over all terms of the row. Sums run in the query's
// order in float64; a term that the row lacks adds 0, which changes no bit.

/** Which of up to 16 bytes of low parts, from `at` on, are `low`: a bit each. */
// @ts-ignore: decorator
@inline
function matches<L>(at: usize, low: u32, count: u32): u32 {
  if (sizeof<L>() == 1) {
    const bits = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(<i8>low)));
    return count >= 16 ? bits : bits & ((<u32>1 << count) - 1);
  }
  const bits = <u32>i16x8.bitmask(i16x8.eq(v128.load(at), i16x8.splat(<i16>low)));
  return count >= 8 ? bits : bits & ((<u32>1 << count) - 1);
}

// @ts-ignore: decorator
@inline
export function scoreRow<L, T>(header: usize, row: u32): f64 {
  const lanes: u32 = sizeof<L>() == 1 ? 16 : 8;
  const first = field(header, ROW_OFFSETS) + (<usize>row << 2);
  const starts = field(header, BUCKET_STARTS) + <usize>row * field(header, BUCKET_BYTES);
  const lows = field(header, LOWS) + <usize>load<u32>(first) * sizeof<L>();
  const impacts = field(header, IMPACTS) + <usize>load<u32>(first) * sizeof<T>();
  const buckets = field(header, QUERY_BUCKETS);
  const asked = field(header, QUERY_LOWS);
  const weights = field(header, QUERY_WEIGHTS);
  const length = field(header, QUERY_LENGTH);
  let sum: f64 = 0;
  for (let at: usize = 0; at < length; at++) {
    const bucket = starts + <usize>load<u32>(buckets + (at << 2));
    const end = <u32>load<u16>(bucket, 2);
    const low = load<u32>(asked + (at << 2));
    let from = <u32>load<u16>(bucket);
    let bits = matches<L>(lows + <usize>from * sizeof<L>(), low, end - from);
    while (bits == 0 && from + lanes < end) {
      from += lanes;
      bits = matches<L>(lows + <usize>from * sizeof<L>(), low, end - from);
    }
    // Without a branch on whether the row has the term, which is hard to foresee.
    const place = from + (bits == 0 ? 0 : ctz(bits));
    const product = load<f64>(weights + (at << 3)) * <f64>load<T>(impacts + <usize>place * sizeof<T>());
    sum += select<f64>(product, 0, bits != 0);
  }
  return sum;
}

function scoreListed<L, T>(header: usize, list: usize, scores: usize, n: usize): void {
  for (let at: usize = 0; at < n; at++) {
    store<f32>(scores + (at << 2), <f32>scoreRow<L, T>(header, load<u32>(list + (at << 2))));
  }
}

function scoreAs<L>(header: usize, list: usize, scores: usize, n: usize): void {
  const bytes = field(header, IMPACT_BYTES);
  if (bytes == 1) scoreListed<L, u8>(header, list, scores, n);
  else if (bytes == 2) scoreListed<L, u16>(header, list, scores, n);
  else scoreListed<L, f32>(header, list, scores, n);
}

export function scoreSparseRows(header: usize, list: usize, scores: usize, n: usize): void {
  if (field(header, LOW_BYTES) == 1) scoreAs<u8>(header, list, scores, n);
  else scoreAs<u16>(header, list, scores, n);
}
