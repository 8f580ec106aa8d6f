import { paced } from '@sluice/core';
import { type Qrels, qrelsFromRows } from '../qrels.js';
import { QueryRows } from '../query-rows.js';
import { type ByteSource, sourceName } from './byte-source.js';
import { isBlankLine, type LinePosition, readGrade, whitespaceFields, wrongColumns } from './fields.js';
import { type LineOptions, readLines } from './text-lines.js';

/**
 * Forms of a qrels file.
 *
 * - `trec`: `query iteration document grade`, between spaces or tabs. A line that begins with `#` is a comment; a `#`
 *   inside an id is part of it.
 * - `beir`: `query<TAB>document<TAB>grade`, after a header line `query-id<TAB>corpus-id<TAB>score`.
 */
export type QrelsFormat = 'trec' | 'beir';

/** How qrels are read. */
export interface ReadQrelsOptions extends Partial<LineOptions> {
  /** Told from the first line when left out. */
  readonly format?: QrelsFormat;
}

/** Bytes in a line of a run or of qrels at most, unless the caller says otherwise. */
export const MAX_ROW_BYTES: number = 1 << 20;

/**
 * Reads relevance judgements, plain or gzip, streaming.
 *
 * @throws {InvalidInputError} a line is malformed, a grade is not an integer, a document is judged twice for one query,
 *   or there is no judgement at all; with the line's number
 * @throws the signal's `reason`, once it has fired
 */
export async function readQrels(source: ByteSource, options: ReadQrelsOptions = {}): Promise<Qrels> {
  const { format, maxLineBytes = MAX_ROW_BYTES, ...rest } = options;
  const name = sourceName(source);
  const rows = new QueryRows();
  let parse = format && PARSERS[format];
  for await (const { first, lines } of readLines(source, { ...rest, maxLineBytes })) {
    for (const [at, text] of lines.entries()) {
      const position = { source: name, line: first + at };
      if (isBlankLine(text)) continue;
      parse ??= PARSERS[detect(text, position)];
      parse(text, position, rows);
    }
  }
  return paced(qrelsFromRows(rows, name), rest.signal);
}

type LineParser = (text: string, position: LinePosition, rows: QueryRows) => void;

const PARSERS: Readonly<Record<QrelsFormat, LineParser>> = { trec: parseTrec, beir: parseBeir };

function detect(text: string, position: LinePosition): QrelsFormat {
  if (text.startsWith('#')) return 'trec';
  const columns = text.split('\t').length;
  if (columns === 3) return 'beir';
  if (whitespaceFields(text, 5).length === 4) return 'trec';
  throw wrongColumns(position, 'query iteration document grade');
}

function parseTrec(text: string, position: LinePosition, rows: QueryRows): void {
  if (text.startsWith('#')) return;
  const [query, iteration, document, grade, ...more] = whitespaceFields(text, 5);
  if (!query || !iteration || !document || !grade || more.length > 0) {
    throw wrongColumns(position, 'query iteration document grade');
  }
  rows.add(query, document, readGrade(grade, position), position.line);
}

function parseBeir(text: string, position: LinePosition, rows: QueryRows): void {
  const [query, document, grade, ...more] = text.split('\t');
  if (!query || !document || !grade || more.length > 0) throw wrongColumns(position, 'query<TAB>document<TAB>grade');
  if (rows.length === 0 && !/^[+-]?\d/.test(grade)) return;
  rows.add(query, document, readGrade(grade.trim(), position), position.line);
}
