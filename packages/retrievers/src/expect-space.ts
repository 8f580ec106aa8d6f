import { type DocumentSpace, InvalidOptionsError, type Ranking, SpaceMismatchError } from '@sluice/core';

/** @throws {SpaceMismatchError} a ranking is of another space */
export function expectSpace(space: DocumentSpace, rankings: readonly Ranking[]): void {
  for (const ranking of rankings) {
    if (ranking.space !== space) throw new SpaceMismatchError({ expected: space.name, actual: ranking.space.name });
  }
}

/** @throws {InvalidOptionsError} an index has ordinals that the space lacks */
export function expectCovered(owner: string, { size }: { readonly size: number }, space: DocumentSpace): void {
  if (size <= space.size) return;
  const message = `has ${space.size} documents and the index has ordinals up to ${size - 1}`;
  throw new InvalidOptionsError({ owner, issues: [{ path: 'space', message }] });
}
