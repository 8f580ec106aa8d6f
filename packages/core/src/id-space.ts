import type { DocumentSpace } from './document-space.js';
import { InvalidInputError } from './errors/invalid-input-error.js';
import { compareUtf8 } from './utf8-order.js';

/**
 * A space over a list of ids, numbered in the order of the list.
 *
 * For remote engines' results, tests and runs read from files; a store brings its own.
 *
 * @throws {InvalidInputError} an id is given twice, with its row
 */
export function idSpace(ids: readonly string[], name = 'ids'): DocumentSpace {
  const ordinals = new Map<string, number>();
  for (const [row, id] of ids.entries()) {
    if (ordinals.has(id)) {
      throw new InvalidInputError(
        { source: name, row },
        'an id appears for the second time',
        'Give each document one id.',
      );
    }
    ordinals.set(id, row);
  }
  const idOf = (ordinal: number): string => {
    const id = ids[ordinal];
    if (id === undefined)
      throw new RangeError(`Ordinal ${ordinal} is outside '${name}', which has ${ids.length} documents.`);
    return id;
  };
  return {
    name,
    size: ids.length,
    idOf,
    ordinalOf: (id) => ordinals.get(id),
    compare: (left, right) => compareUtf8(idOf(left), idOf(right)),
  };
}
