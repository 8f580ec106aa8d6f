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
  const pairs = new Map<string, Map<string, number>>();
  for (const [at, text] of (await readFile(file, 'utf8')).split('\n').entries()) {
    const line = text.replace(/\r$/, '');
    if (line.trim() === '') continue;
    const [query = '', document = '', ...rest] = line.split('\t');
    if (query.trim() === '' || document.trim() === '' || rest.length > 0) {
      const advice = 'A line is a query, a tab and the id of a document.';
      throw new InvalidInputError({ source: file, line: at + 1 }, 'it is not a pair', advice);
    }
    const grades = pairs.get(query) ?? new Map<string, number>();
    pairs.set(query, grades.set(document.trim(), 1));
  }
  if (pairs.size === 0) throw new InvalidInputError({ source: file }, 'there are no pairs', 'Write one on each line.');
  const queries = [...pairs.keys()].map((text, at) => ({ id: `${at + 1}`, text }));
  const graded = [...pairs.values()].map((grades, at) => [`${at + 1}`, Object.fromEntries(grades)] as const);
  return { queries, qrels: Qrels.of(Object.fromEntries(graded)) };
}
