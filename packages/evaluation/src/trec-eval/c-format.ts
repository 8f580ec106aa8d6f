/**
 * A number as C prints it with `%6.4f`: four digits after the point, exact ties to the even digit.
 *
 * `toFixed` rounds exact ties up: 1/32 = .03125 is .0312 in C and .0313 in JavaScript.
 */
export function fixed4(value: number): string {
  // A tie at the fifth digit is a multiple of 1/20000 and, in binary, of 1/32.
  const tied = Number.isInteger(value * 32) && Number.isInteger(value * 10_000 + 0.5);
  if (!tied) return value.toFixed(4);
  const below = Math.floor(value * 10_000);
  return ((below % 2 === 0 ? below : below + 1) / 10_000).toFixed(4);
}

/** One line of trec_eval's output: the name in 22 columns, the query, the value. */
export function outputLine(name: string, queryId: string, value: string): string {
  return `${name.padEnd(22)}\t${queryId}\t${value}\n`;
}
