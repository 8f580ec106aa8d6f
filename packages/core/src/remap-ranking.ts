import type { DocumentSpace } from './document-space.js';
import { InvalidInputError } from './errors/invalid-input-error.js';
import { Ranking } from './ranking.js';

/** Options of {@link remapRanking}. */
export interface RemapOptions {
  /**
   * What becomes of documents that the other space does not have: `refuse` throws, `drop` leaves them out.
   * @default 'refuse'
   */
  readonly missing?: 'refuse' | 'drop';
}

/**
 * The same documents in another space, matched by id: scores, columns and order stay.
 *
 * For results of a remote engine that are to be fused with those of a local collection.
 *
 * @throws {InvalidInputError} `space` does not have a document; `row` is its position
 */
export function remapRanking(
  ranking: Ranking,
  space: DocumentSpace,
  { missing = 'refuse' }: RemapOptions = {},
): Ranking {
  if (ranking.space === space) return ranking;
  const positions: number[] = [];
  const ordinals: number[] = [];
  for (const [row, id] of ranking.ids.entries()) {
    const ordinal = space.ordinalOf(id);
    if (ordinal !== undefined) {
      positions.push(row);
      ordinals.push(ordinal);
    } else if (missing === 'refuse') {
      throw new InvalidInputError(
        { source: 'remapRanking', row },
        `'${space.name}' has no document '${id}'`,
        "Remap into a space that has all documents, or leave them out with missing: 'drop'.",
      );
    }
  }
  const { scores, scale, sources } = ranking.pick(Uint32Array.from(positions));
  return new Ranking({ space, ordinals: Uint32Array.from(ordinals), scores, scale, sources });
}
