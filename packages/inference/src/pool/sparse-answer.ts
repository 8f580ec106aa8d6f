import { paced, type SparseMatrix } from '@sluice/core';
import type { AnswerKind } from './answer.js';
import { GatheredEntries } from './gathered-entries.js';

/** One sparse row a text, for models that weigh the terms of a vocabulary of `columns`. */
export function sparseAnswer(columns: number): AnswerKind<SparseMatrix> {
  return {
    begin(texts) {
      const entries = new GatheredEntries(texts);
      return {
        take: (index, encoded, at) => entries.take(index, encoded, at),
        async finish() {
          const { offsets, indices, values } = await paced(entries.inOrder(1));
          return { rows: texts, columns, offsets, indices, values };
        },
      };
    },
  };
}
