/** Reasoning that some models write before their answer; it may name passages too. */
const REASONING_END = '</think>';

/**
 * The order that an answer like `[2] > [3] > [1]` names, as positions from 0: each of `count` exactly once.
 *
 * Survives any answer: numbers out of range and repetitions are passed over, and what was not named follows in the order
 * that it had. Where the answer has numbers in brackets, other numbers are prose.
 */
export function parseOrder(answer: string, count: number): Uint32Array {
  const said = answer.slice(answer.lastIndexOf(REASONING_END) + 1);
  const bracketed = [...said.matchAll(/\[\s*(\d+)\s*\]/g)];
  const numbers = bracketed.length > 0 ? bracketed : [...said.matchAll(/(\d+)/g)];
  const order = new Set<number>();
  for (const [, digits] of numbers) {
    const position = Number(digits) - 1;
    if (position >= 0 && position < count) order.add(position);
  }
  for (let position = 0; position < count; position++) order.add(position);
  return Uint32Array.from(order);
}
