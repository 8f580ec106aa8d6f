import { type Filter, fieldsOf } from '@sluice/core';
import { nearestFirst } from './nearest-first.js';
import { printable } from './terminal/printable.js';

/** Fields that a message names; there may be thousands. */
const SHOWN_FIELDS = 12;

/**
 * What is to be told of a filter that asks for fields which no document has: a misspelled one finds nothing, and that
 * looks like an answer. A line for each, or none.
 *
 * @param fields those that documents have
 */
export function unknownFields(filter: Filter, fields: readonly string[]): string[] {
  const known = new Set(fields);
  return fieldsOf(filter)
    .filter((name) => !known.has(name))
    .map((name) => {
      const beginning = `--filter: no document has the field '${printable(name)}'`;
      if (fields.length === 0) return `${beginning}; the documents have no metadata.`;
      const { names, near } = nearestFirst(name, fields);
      const advice = near > 0 ? `. Did you mean '${printable(names[0] ?? '')}'?` : '.';
      const shown = names.slice(0, SHOWN_FIELDS).map(printable).join(', ');
      const more = names.length > SHOWN_FIELDS ? ` and ${names.length - SHOWN_FIELDS} more` : '';
      return `${beginning}${advice} There are: ${shown}${more}.`;
    });
}
