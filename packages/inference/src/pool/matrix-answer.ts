import { type Matrix, matrix } from '@sluice/core';
import type { AnswerKind } from './answer.js';

/** How the rows of one call differ from the model's own. */
export interface RowShape {
  /** Leading columns to keep. */
  readonly columns: number;
  /** `unit`: rows are scaled to length 1 after the cut; `kept`: they stay as they are. */
  readonly length: 'unit' | 'kept';
}

/** One row a text, for models that make one vector of each. */
export function matrixAnswer({ columns, length }: RowShape): AnswerKind<Matrix> {
  return {
    begin(texts) {
      const target = new Float32Array(texts * columns);
      return {
        take(index, { offsets, values }, at) {
          const width = values.length / (offsets.at(-1) || 1);
          const row = target.subarray(index * columns, (index + 1) * columns);
          const start = (offsets[at] ?? 0) * width;
          row.set(values.subarray(start, start + columns));
          if (length === 'unit') toUnitLength(row);
        },
        finish: () => matrix(target, columns),
      };
    },
  };
}

function toUnitLength(row: Float32Array): void {
  let squares = 0;
  for (let column = 0; column < row.length; column++) squares += (row[column] ?? 0) ** 2;
  const scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
  for (let column = 0; column < row.length; column++) row[column] = (row[column] ?? 0) * scale;
}
