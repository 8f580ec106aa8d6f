import { InvalidInputError } from '@sluice/core';

/** @throws {InvalidInputError} an ordinal is there twice, or there is not one for each row */
export function expectDistinct(ordinals: Uint32Array, rows: number): void {
  if (ordinals.length !== rows) {
    const problem = `${ordinals.length} ordinals were given for ${rows} rows`;
    throw new InvalidInputError({ source: 'ordinals' }, problem, 'Pass one ordinal for each row.');
  }
  if (isAscending(ordinals)) return;
  const sorted = ordinals.slice().sort();
  const at = sorted.findIndex((ordinal, position) => position > 0 && ordinal === sorted[position - 1]);
  if (at === -1) return;
  const row = ordinals.lastIndexOf(sorted[at] ?? 0);
  throw new InvalidInputError(
    { source: 'ordinals', row },
    `ordinal ${sorted[at]} is there twice`,
    'Pass each ordinal once; the last call wins.',
  );
}

function isAscending(ordinals: Uint32Array): boolean {
  for (let at = 1; at < ordinals.length; at++) {
    if ((ordinals[at] ?? 0) <= (ordinals[at - 1] ?? 0)) return false;
  }
  return true;
}
