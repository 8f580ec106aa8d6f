import type { Neighbours } from '@sluice/core';
import type { PaddedQueries } from '../padded-queries.js';
import type { FlatQuery } from './flat-scan.js';
import { flatSearch } from './flat-search.js';
import type { VectorRows } from './vector-rows.js';

/** Exact search over all rows in one go. */
export function scanAll(rows: VectorRows, queries: PaddedQueries, query: Omit<FlatQuery, 'queries'>): Neighbours {
  const steps = flatSearch(rows, { ...query, queries });
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
