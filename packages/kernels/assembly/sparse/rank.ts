import {
  ALWAYS, CHOSEN, CHOSEN_LENGTH, ENTRY_CLUSTERS, ENTRY_VALUES, field, LEVEL_COUNT, LEVEL_STARTS, LEVELS, LINE_STARTS,
  LINE_TERMS, LIST_CLUSTERS, LIST_LINES, PRODUCTS, QUERY_LENGTH, QUERY_TERMS, QUERY_WEIGHTS, RANKED, RANKED_LENGTH,
  STEP, SUMMARY_SCALE, SUMS, UNSORTED,
} from './fields';

/** The first of the lines `from` to before `end` that is of `term` or a later one. */
function lineFrom(terms: usize, from: u32, end: u32, term: u32): u32 {
  let low = from;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<u32>(terms + (<usize>middle << 2)) < term) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The query's products with all summaries of one list, into `sums`. */
function multiply(header: usize, line: u32, end: u32): void {
  const sums = field(header, SUMS);
  const asked = field(header, QUERY_TERMS);
  const weights = field(header, QUERY_WEIGHTS);
  const length = field(header, QUERY_LENGTH);
  const terms = field(header, LINE_TERMS);
  const starts = field(header, LINE_STARTS);
  const clusters = field(header, ENTRY_CLUSTERS);
  const values = field(header, ENTRY_VALUES);
  const scale = load<f64>(header + SUMMARY_SCALE);
  for (let at: usize = 0; at < length && line < end; at++) {
    const term = load<u32>(asked + (at << 2));
    line = lineFrom(terms, line, end, term);
    if (line == end || load<u32>(terms + (<usize>line << 2)) != term) continue;
    const weight = load<f64>(weights + (at << 3)) * scale;
    const last = <usize>load<u32>(starts + (<usize>line << 2), 4);
    for (let entry = <usize>load<u32>(starts + (<usize>line << 2)); entry < last; entry++) {
      const sum = sums + (<usize>load<u8>(clusters + entry) << 3);
      store<f64>(sum, load<f64>(sum) + weight * <f64>load<u8>(values + entry));
    }
    line += 1;
  }
}

/** Notes the clusters of the chosen lists with their products. @returns how many they are; the largest is in `step`. */
function gather(header: usize): usize {
  const chosen = field(header, CHOSEN);
  const chosenLength = field(header, CHOSEN_LENGTH);
  const unsorted = field(header, UNSORTED);
  const products = field(header, PRODUCTS);
  const sums = field(header, SUMS);
  let count: usize = 0;
  let most: f64 = 0;
  for (let at: usize = 0; at < chosenLength; at++) {
    const place = <usize>load<u32>(chosen + (at << 2));
    const term = <usize>load<u32>(field(header, QUERY_TERMS) + (place << 2)) << 2;
    const cluster = load<u32>(field(header, LIST_CLUSTERS) + term);
    const clusters = <usize>(load<u32>(field(header, LIST_CLUSTERS) + term, 4) - cluster);
    const line = load<u32>(field(header, LIST_LINES) + term);
    const lastLine = load<u32>(field(header, LIST_LINES) + term, 4);
    for (let own: usize = 0; own < clusters; own++) store<f64>(sums + (own << 3), line == lastLine ? Infinity : 0);
    multiply(header, line, lastLine);
    for (let own: usize = 0; own < clusters; own++) {
      const product = load<f64>(sums + (own << 3));
      store<u32>(unsorted + (count << 2), cluster + <u32>own);
      store<f64>(products + (count << 3), product);
      if (product > most && product < Infinity) most = product;
      count += 1;
    }
  }
  store<f64>(header + STEP, most / <f64>LEVEL_COUNT);
  return count;
}

// @ts-ignore: decorator
@inline
function levelOf(product: f64, step: f64): u32 {
  if (product == Infinity) return ALWAYS;
  return product == 0 ? 0 : min<u32>(LEVEL_COUNT, <u32>(product / step));
}

/** Puts the clusters of the chosen lists in order, the largest products first, by levels. */
export function rankClusters(header: usize): void {
  const count = gather(header);
  const step = load<f64>(header + STEP);
  const unsorted = field(header, UNSORTED);
  const products = field(header, PRODUCTS);
  const starts = field(header, LEVEL_STARTS);
  memory.fill(starts, 0, (<usize>ALWAYS + 2) << 2);
  // Level l is counted one place behind that of its successor in the order: the next lower one.
  for (let at: usize = 0; at < count; at++) {
    const behind = starts + (<usize>(ALWAYS - levelOf(load<f64>(products + (at << 3)), step) + 1) << 2);
    store<u32>(behind, load<u32>(behind) + 1);
  }
  for (let at: usize = 1; at <= <usize>ALWAYS + 1; at++) {
    store<u32>(starts + (at << 2), load<u32>(starts + (at << 2)) + load<u32>(starts + ((at - 1) << 2)));
  }
  for (let at: usize = 0; at < count; at++) {
    const level = levelOf(load<f64>(products + (at << 3)), step);
    const next = starts + (<usize>(ALWAYS - level) << 2);
    const place = <usize>load<u32>(next);
    store<u32>(next, <u32>place + 1);
    store<u32>(field(header, RANKED) + (place << 2), load<u32>(unsorted + (at << 2)));
    store<u32>(field(header, LEVELS) + (place << 2), level);
  }
  store<u32>(header + RANKED_LENGTH, <u32>count);
}
