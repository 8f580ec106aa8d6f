import { z } from 'zod';
import { EmbeddingAnswerError } from '../errors/embedding-answer-error.js';

/** What the rows of an answer must be. */
export interface RowsDue {
  readonly rows: number;
  readonly columns: number;
  /** For errors. */
  readonly owner: string;
}

const answerSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      index: z.int().nonnegative().optional(),
      // Numbers are checked as they are copied: schemas are slow on a million of them.
      embedding: z.union([z.string(), z.custom<readonly unknown[]>((value) => Array.isArray(value))]),
    }),
  ),
});

/**
 * The rows of an answer of `/embeddings`, in the order of the texts: `rows x columns`, row-major.
 *
 * They are placed by `index`; where no item has one, they are taken in the order given. A row is a list of numbers, or base64 of
 * little-endian float32, as in OpenAI's API reference for `encoding_format`.
 *
 * @throws {EmbeddingAnswerError} not exactly one row for each text, another width, or no numbers
 */
export function answerRows(answer: unknown, due: RowsDue): Float32Array {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) throw refuse(due, 'it is no list of embeddings');
  const { data } = parsed.data;
  if (data.length !== due.rows) throw refuse(due, `${data.length} rows came for ${due.rows} texts`);
  const indexed = data.some(({ index }) => index !== undefined);
  const rows = new Float32Array(due.rows * due.columns);
  const seen = new Set<number>();
  for (const [position, { index, embedding }] of data.entries()) {
    const row = indexed ? index : position;
    if (row === undefined || row >= due.rows || seen.has(row))
      throw refuse(due, 'its indexes are not those of the texts');
    seen.add(row);
    const target = rows.subarray(row * due.columns, (row + 1) * due.columns);
    if (typeof embedding === 'string') decode(embedding, target, due);
    else copy(embedding, target, due);
  }
  return rows;
}

function copy(values: readonly unknown[], target: Float32Array, due: RowsDue): void {
  if (values.length !== due.columns) throw wrongWidth(due, values.length);
  for (const [column, value] of values.entries()) {
    if (typeof value !== 'number') throw refuse(due, 'a row holds something that is no number');
    target[column] = value;
  }
}

function decode(text: string, target: Float32Array, due: RowsDue): void {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== due.columns * 4) throw wrongWidth(due, bytes.length / 4);
  for (let column = 0; column < due.columns; column++) target[column] = bytes.readFloatLE(column * 4);
}

function wrongWidth(due: RowsDue, width: number): EmbeddingAnswerError {
  return refuse(due, `a row has ${width} numbers, ${due.columns} are due`);
}

function refuse({ owner }: RowsDue, problem: string): EmbeddingAnswerError {
  return new EmbeddingAnswerError({ owner, problem });
}
