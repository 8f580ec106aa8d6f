import { compareUtf8, InvalidInputError } from '@sluice/core';
import type { Run } from '../run.js';

/** A document's level within one list of preferences: of two documents, that with the higher level is preferred. */
export interface PreferenceLevel {
  /** One assessor's view; groups may contradict each other. */
  readonly group: string;
  /** A list within the group; levels of different lists are not compared, but preferences are transitive across them. */
  readonly list: string;
  readonly documentId: string;
  /** At least 0; 0 is not relevant. */
  readonly level: number;
}

/** Preferences of queries, by query id. */
export type Preferences = ReadonlyMap<string, readonly PreferenceLevel[]>;

/**
 * One group's preferences among the judged documents of a query, which are numbered 0 to n - 1: those that were
 * retrieved first, in rank order, then the others by id.
 */
export interface PreferenceGroup {
  /** n x n, row-major: 1 where the document of the row is preferred to that of the column. */
  readonly preferred: Uint8Array;
  /** Level of each document, -1 where the group did not see it. */
  readonly levels: Float64Array;
  /** Whether the group has a single list: then all levels compare. */
  readonly form: 'one list' | 'several lists';
}

/** All that preference measures see of one query. */
export interface PreferredRanking {
  /** Judged documents. */
  readonly judged: number;
  /** Judged documents that were retrieved: those with numbers below this. */
  readonly retrieved: number;
  readonly groups: readonly PreferenceGroup[];
}

/**
 * Matches a query's preferences with its results.
 *
 * @throws {InvalidInputError} a group prefers each of two documents to the other
 */
export function matchPreferences(levels: readonly PreferenceLevel[], run: Run, queryId: string): PreferredRanking {
  const judged = new Set(levels.map(({ documentId }) => documentId));
  const found = run.idsOf(queryId).filter((id) => judged.has(id));
  const retrieved = new Set(found);
  const missed = [...judged].filter((id) => !retrieved.has(id)).sort(compareUtf8);
  const numbers = new Map([...found, ...missed].map((id, number) => [id, number]));
  const groups = groupBy(levels, ({ group }) => group);
  return {
    judged: judged.size,
    retrieved: found.length,
    groups: [...groups.values()].map((rows) => preferenceGroup(rows, numbers, queryId)),
  };
}

function preferenceGroup(
  rows: readonly PreferenceLevel[],
  numbers: ReadonlyMap<string, number>,
  queryId: string,
): PreferenceGroup {
  const size = numbers.size;
  const preferred = new Uint8Array(size * size);
  const levels = new Float64Array(size).fill(-1);
  const lists = groupBy(rows, ({ list }) => list);
  for (const list of lists.values()) {
    for (const { documentId, level } of list) {
      const above = numbers.get(documentId) ?? 0;
      levels[above] = level;
      for (const other of list)
        if (level > other.level) preferred[above * size + (numbers.get(other.documentId) ?? 0)] = 1;
    }
  }
  if (lists.size > 1) closeTransitively(preferred, size);
  expectConsistent(preferred, size, queryId);
  return { preferred, levels, form: lists.size > 1 ? 'several lists' : 'one list' };
}

/** Adds a > c wherever a > b and b > c (Warshall). */
function closeTransitively(preferred: Uint8Array, size: number): void {
  for (let through = 0; through < size; through++) {
    for (let above = 0; above < size; above++) {
      if (preferred[above * size + through] !== 1) continue;
      for (let below = 0; below < size; below++) {
        if (preferred[through * size + below] === 1) preferred[above * size + below] = 1;
      }
    }
  }
}

function expectConsistent(preferred: Uint8Array, size: number, queryId: string): void {
  for (let above = 0; above < size; above++) {
    for (let below = above; below < size; below++) {
      if (preferred[above * size + below] !== 1 || preferred[below * size + above] !== 1) continue;
      throw new InvalidInputError(
        { source: 'preferences' },
        `a group of query '${queryId}' prefers each of two documents to the other`,
        'Put contradicting views into groups of their own.',
      );
    }
  }
}

function groupBy(
  rows: readonly PreferenceLevel[],
  key: (row: PreferenceLevel) => string,
): Map<string, PreferenceLevel[]> {
  const groups = new Map<string, PreferenceLevel[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group) group.push(row);
    else groups.set(key(row), [row]);
  }
  return groups;
}
