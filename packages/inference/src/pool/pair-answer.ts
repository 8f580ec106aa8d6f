import { matrix } from '@sluice/core';
import type { PairLogits } from '../pair-model.js';
import type { AnswerKind } from './answer.js';

/** Rows of `columns` logits, one or more a pair. */
export function pairAnswer(columns: number): AnswerKind<PairLogits> {
  return {
    begin(pairs) {
      const owners: number[] = [];
      const taken: number[] = [];
      return {
        take(index, { values }, at) {
          owners.push(index);
          for (let column = 0; column < columns; column++) taken.push(values[at * columns + column] ?? 0);
        },
        finish() {
          const offsets = new Uint32Array(pairs + 1);
          for (const owner of owners) offsets[owner + 1] = (offsets[owner + 1] ?? 0) + 1;
          for (let pair = 0; pair < pairs; pair++) offsets[pair + 1] = (offsets[pair + 1] ?? 0) + (offsets[pair] ?? 0);
          const rows = new Float32Array(taken.length);
          const next = offsets.slice(0, pairs);
          owners.forEach((owner, at) => {
            const row = next[owner] ?? 0;
            next[owner] = row + 1;
            for (let column = 0; column < columns; column++) {
              rows[row * columns + column] = taken[at * columns + column] ?? 0;
            }
          });
          return { offsets, logits: matrix(rows, columns) };
        },
      };
    },
  };
}
