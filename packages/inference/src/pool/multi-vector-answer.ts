import { type MultiVectors, matrix, paced } from '@sluice/core';
import type { AnswerKind } from './answer.js';
import { GatheredEntries } from './gathered-entries.js';

/** Several vectors of `columns` numbers a text, for models that make one of each token. */
export function multiVectorAnswer(columns: number): AnswerKind<MultiVectors> {
  return {
    begin(texts) {
      const entries = new GatheredEntries(texts);
      return {
        take: (index, encoded, at) => entries.take(index, encoded, at),
        async finish() {
          const { offsets, values } = await paced(entries.inOrder(columns));
          return { texts, offsets, vectors: matrix(values, columns) };
        },
      };
    },
  };
}
