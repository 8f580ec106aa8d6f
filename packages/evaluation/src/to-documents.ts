import { unpaced } from '@sluice/core';
import { IdTable } from './id-table.js';
import { QueryRows } from './query-rows.js';
import { type Run, runFromRows } from './run.js';

/** The document that a chunk is part of, by their ids. */
export type DocumentOf = (chunkId: string) => string;

/**
 * Chunk results as document results: each document once, at the rank and with the score of its best chunk.
 *
 * A run is in falling order, so the first chunk of a document has the maximum; order and ties stay as they are.
 *
 * @example toDocuments(run, (chunk) => chunk.slice(0, chunk.lastIndexOf('#')))
 */
export function toDocuments(run: Run, documentOf: DocumentOf): Run {
  const parents = IdTable.of([]);
  const parentOf = Uint32Array.from(run.documents.ids, (chunk) => parents.add(documentOf(chunk)));
  const rows = new QueryRows();
  for (const queryId of run.queryIds) {
    rows.addQuery(queryId);
    const { documents = new Uint32Array(0), scores = new Float64Array(0) } = run.of(queryId) ?? {};
    const seen = new Set<number>();
    for (const [rank, chunk] of documents.entries()) {
      const parent = parentOf[chunk] ?? 0;
      if (seen.has(parent)) continue;
      seen.add(parent);
      rows.add(queryId, parents.idOf(parent), scores[rank] ?? 0);
    }
  }
  return unpaced(runFromRows(rows, { tag: run.tag, order: 'given', source: run.tag }));
}
