/** Characters of a name that are compared: more are no misspelling. */
const COMPARED = 64;
/** A name is near when at most this share of its letters is wrong, and at most so many. */
const [WRONG_SHARE, WRONG_LETTERS] = [1 / 3, 3];

/** Names in the order in which they are offered. */
export interface OrderedNames {
  readonly names: readonly string[];
  /** How many of them, at the beginning, are likely to have been meant. */
  readonly near: number;
}

/** Puts names that may have been meant by a misspelled one first, the nearest before the others; the rest by alphabet. */
export function nearestFirst(asked: string, names: readonly string[]): OrderedNames {
  const wanted = [...asked.slice(0, COMPARED).toLowerCase()];
  const limit = Math.min(WRONG_LETTERS, Math.max(1, Math.floor(wanted.length * WRONG_SHARE)));
  const found = names.map((name) => ({ name, distance: distanceWithin(wanted, name, limit) }));
  found.sort((left, right) => left.distance - right.distance || (left.name < right.name ? -1 : 1));
  return {
    names: found.map(({ name }) => name),
    near: found.filter(({ distance }) => distance < Infinity).length,
  };
}

function distanceWithin(wanted: readonly string[], name: string, limit: number): number {
  // Most names differ by more than that in length alone.
  if (name.length - COMPARED > limit) return Infinity;
  const letters = [...name.toLowerCase()];
  if (Math.abs(letters.length - wanted.length) > limit) return Infinity;
  const distance = lettersWrong(wanted, letters);
  return distance <= limit ? distance : Infinity;
}

/** Letters to insert, drop, replace or swap with their neighbour. Source: optimal string alignment, Wagner and Fischer (1974). */
function lettersWrong(left: readonly string[], right: readonly string[]): number {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let at = 1; at <= left.length; at++) {
    const next = [at];
    for (let to = 1; to <= right.length; to++) {
      const same = left[at - 1] === right[to - 1];
      const swapped = at > 1 && to > 1 && left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1];
      next[to] = Math.min(
        (row[to] ?? 0) + 1,
        (next[to - 1] ?? 0) + 1,
        (row[to - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[to - 2] ?? 0) + 1 : Infinity,
      );
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
