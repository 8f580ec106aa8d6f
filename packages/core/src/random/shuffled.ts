/**
 * The numbers 0 to `count - 1` in random order, every order equally likely.
 *
 * Source: Fisher and Yates, one draw for each number but the first.
 *
 * @param random numbers from 0 to below 1
 */
export function shuffled(count: number, random: () => number): Uint32Array {
  const order = new Uint32Array(count);
  for (let at = 1; at < count; at++) order[at] = at;
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
