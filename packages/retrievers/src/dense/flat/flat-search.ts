import type { Bitmap, Neighbours } from '@sluice/core';
import { type Answers, type FlatQuery, FlatScan } from './flat-scan.js';
import type { ScannedRows } from './scanned-rows.js';

/** Queries scored at a time, unless their heaps are large. */
const GROUP_QUERIES = 64;
/** Most entries in the heaps of a group. */
const HEAP_ENTRIES = 1 << 20;
/** A list of more than this share of the rows is scanned as a whole, and the filter asked about what remains. */
const LIST_SHARE = 0.5;

/**
 * Exact search in small steps: yields after each block of rows (under a millisecond), so that a host can let others
 * run. Starts over when rows were added or removed in between.
 */
export function* flatSearch(rows: ScannedRows, query: FlatQuery): Generator<undefined, Neighbours> {
  for (;;) {
    const answers = yield* searchOnce(rows, query);
    if (answers) return joined(answers);
  }
}

/** `undefined` when the rows changed on the way. */
function* searchOnce(rows: ScannedRows, query: FlatQuery): Generator<undefined, Answers[] | undefined> {
  const { count } = query.queries;
  const listed = query.list ?? (query.filter ? listedRows(rows, query.filter) : undefined);
  const k = Math.min(query.topK, listed?.length ?? rows.size);
  const answers: Answers[] = [];
  if (k === 0) return [nothing(count)];
  const groupSize = Math.max(1, Math.min(GROUP_QUERIES, Math.floor(HEAP_ENTRIES / k)));
  const list = query.list ?? (listed && listed.length <= rows.size * LIST_SHARE ? listed : undefined);
  for (let first = 0; first < count; first += groupSize) {
    const scan = new FlatScan(rows, query, { first, count: Math.min(groupSize, count - first), k });
    const answer = yield* runScan(scan, rows, list);
    if (!answer) return undefined;
    answers.push(answer);
  }
  return answers;
}

function* runScan(
  scan: FlatScan,
  rows: ScannedRows,
  list: Uint32Array | undefined,
): Generator<undefined, Answers | undefined> {
  const { version } = rows;
  try {
    for (const _ of list ? scan.scanListed(list) : scan.scanAll()) {
      yield;
      if (rows.version !== version) return undefined;
    }
    return scan.finish();
  } finally {
    scan.close();
  }
}

/** The rows whose ordinals pass, ascending. */
function listedRows(rows: ScannedRows, { words }: Bitmap): Uint32Array {
  const ordinals = rows.ordinals();
  const listed = new Uint32Array(ordinals.length);
  let count = 0;
  for (let row = 0; row < ordinals.length; row++) {
    const ordinal = ordinals[row] ?? 0;
    if ((((words[ordinal >>> 5] ?? 0) >>> (ordinal & 31)) & 1) === 1) listed[count++] = row;
  }
  return listed.subarray(0, count);
}

function nothing(count: number): Answers {
  return { k: 0, sizes: new Uint32Array(count), ordinals: new Uint32Array(0), scores: new Float32Array(0) };
}

/** The answers one after the other, without what was left of their heaps. */
function joined(answers: readonly Answers[]): Neighbours {
  const counts = answers.flatMap(({ sizes }) => [...sizes]);
  const offsets = new Uint32Array(counts.length + 1);
  for (const [at, count] of counts.entries()) offsets[at + 1] = (offsets[at] ?? 0) + count;
  const total = offsets[counts.length] ?? 0;
  const found = { offsets, ordinals: new Uint32Array(total), scores: new Float32Array(total) };
  let end = 0;
  for (const { k, sizes, ordinals, scores } of answers) {
    for (const [at, size] of sizes.entries()) {
      found.ordinals.set(ordinals.subarray(at * k, at * k + size), end);
      found.scores.set(scores.subarray(at * k, at * k + size), end);
      end += size;
    }
  }
  return found;
}
