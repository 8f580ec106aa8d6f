/** Deepest list that anyone can ask for: ordinals have 32 bits and one is kept for signs. */
export const deepest: number = 2 ** 31 - 1;

/** The depths that a node is asked for, over every `topK` that a plan may be asked for. */
export interface DepthRange {
  readonly least: number;
  readonly greatest: number;
}

/**
 * Prints a range: `50`, `at most 10`, `100 or more`, `as asked`.
 *
 * Depths never fall with `topK`, so equal ends mean one depth for all.
 */
export function printDepth({ least, greatest }: DepthRange): string {
  if (least === greatest) return String(least);
  if (greatest < deepest) return `at most ${greatest}`;
  return least === 1 ? 'as asked' : `${least} or more`;
}

/** Whether `depth` is the same for every `topK`. */
export function isFixed(depth: (topK: number) => number): boolean {
  return depth(1) === depth(deepest);
}
