import { readFile } from 'node:fs/promises';
import { InvalidInputError } from '@sluice/core';
import { type IdentifiedQuery, Qrels } from '@sluice/evaluation';

/** Queries and what was found relevant for each. */
export interface PairedQueries {
  readonly queries: readonly IdentifiedQuery[];
  readonly qrels: Qrels;
}

/**
 * Reads pairs such as clicks: lines of a query's text, a tab and the id of a document. Lines with one query's text
 * belong together; documents that no line pairs with a query count as not relevant to it.
 *
 * @throws {InvalidInputError} a line is not a pair (`line` names it), or there are none
 */
export async function readPairs(file: string): Promise<PairedQueries> {
  const grades: Record<string, Record<string, number>> = {};
  const ids = new Map<string, string>();
  for (const [at, text] of (await readFile(file, 'utf8')).split('\n').entries()) {
    const line = text.replace(/\r$/, '');
    if (line.trim() === '') continue;
    const [query = '', document = '', ...rest] = line.split('\t');
    if (query.trim() === '' || document.trim() === '' || rest.length > 0) {
      const advice = 'A line is a query, a tab and the id of a document.';
      throw new InvalidInputError({ source: file, line: at + 1 }, 'it is not a pair', advice);
    }
    const id = ids.get(query) ?? `${ids.size + 1}`;
    ids.set(query, id);
    grades[id] = { ...grades[id], [document.trim()]: 1 };
  }
  if (ids.size === 0) throw new InvalidInputError({ source: file }, 'there are no pairs', 'Write one on each line.');
  return { queries: [...ids].map(([text, id]) => ({ id, text })), qrels: Qrels.of(grades) };
}
