/** Tokens of the two texts of a pair, without special tokens. */
export interface PairLengths {
  readonly first: number;
  readonly second: number;
}

/**
 * How much of each text stays where both have to fit into `room` tokens: the longer gives up first, and where both are
 * longer than half, each gets half. An odd token goes to the longer one; of equal ones, to the second.
 *
 * Source: Hugging Face's `longest_first`, as its tokenizers do it in one step.
 */
export function cutLongestFirst({ first, second }: PairLengths, room: number): PairLengths {
  if (first + second <= room) return { first, second };
  const half = Math.floor(room / 2);
  const [shorter, longer] = [Math.min(first, second), Math.max(first, second)];
  const [least, most] = shorter <= half ? [shorter, Math.min(longer, room - shorter)] : [half, room - half];
  return first > second ? { first: most, second: least } : { first: least, second: most };
}

/** The second text gives up what has to go, and the first only what is left to give up then. */
export function cutSecond({ first, second }: PairLengths, room: number): PairLengths {
  const kept = Math.min(first, room);
  return { first: kept, second: Math.min(second, room - kept) };
}

/** A stretch of the second text: tokens from `start` up to `end`. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Where the second text does not fit beside the first: stretches of it that do. */
export interface PairChunks {
  /** Tokens of the first text that stay: all that fit into half of the room. */
  readonly first: number;
  /** At least one, in order; the last ends with the text and is as long as the others. */
  readonly chunks: readonly Chunk[];
}

/**
 * Cuts a second text that does not fit into stretches that do. Together they have every token of it.
 *
 * @param room tokens of both texts
 * @param overlap tokens that neighbours share, at least; at most half of a stretch
 */
export function chunkSecond({ first, second }: PairLengths, room: number, overlap: number): PairChunks {
  if (first + second <= room) return { first, chunks: [{ start: 0, end: second }] };
  const kept = Math.min(first, Math.max(Math.floor(room / 2), room - second));
  const width = Math.max(1, room - kept);
  const step = Math.max(1, width - Math.min(overlap, Math.floor(width / 2)));
  const count = Math.max(1, 1 + Math.ceil((second - width) / step));
  const chunks = Array.from({ length: count }, (_, at) => {
    const start = Math.max(0, Math.min(at * step, second - width));
    return { start, end: Math.min(second, start + width) };
  });
  return { first: kept, chunks };
}
