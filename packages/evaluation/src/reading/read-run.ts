import { paced } from '@sluice/core';
import { QueryRows } from '../query-rows.js';
import { type Run, type RunOrder, runFromRows } from '../run.js';
import { type ByteSource, sourceName } from './byte-source.js';
import { isBlankLine, type LinePosition, readRank, readScore, whitespaceFields, wrongColumns } from './fields.js';
import { MAX_ROW_BYTES } from './read-qrels.js';
import { type LineOptions, readLines } from './text-lines.js';

/**
 * Forms of a run file.
 *
 * - `trec`: `query Q0 document rank score tag`, between spaces or tabs; the score decides, the rank is ignored, words
 *   after the tag too. A line that begins with `#` is a comment.
 * - `msmarco`: `query<TAB>document<TAB>rank`; the rank decides, and the score is its negative.
 */
export type RunFormat = 'trec' | 'msmarco';

/** How a run is read. */
export interface ReadRunOptions extends Partial<LineOptions> {
  /** Told from the first line when left out. */
  readonly format?: RunFormat;
  /** Order of the results of a query. Default `trec-eval`. */
  readonly order?: RunOrder;
}

/**
 * Reads a run, plain or gzip, streaming; the lines of a query need not stand together.
 *
 * @throws {InvalidInputError} a line is malformed, a score is not a number, or a document is found twice for one query;
 *   with the line's number
 * @throws the signal's `reason`, once it has fired
 */
export async function readRun(source: ByteSource, options: ReadRunOptions = {}): Promise<Run> {
  const { format, order = 'trec-eval', maxLineBytes = MAX_ROW_BYTES, ...rest } = options;
  const name = sourceName(source);
  const rows = new QueryRows();
  let tag = '';
  let parse = format && PARSERS[format];
  for await (const { first, lines } of readLines(source, { ...rest, maxLineBytes })) {
    for (const [at, text] of lines.entries()) {
      const position = { source: name, line: first + at };
      if (isBlankLine(text)) continue;
      parse ??= PARSERS[detect(text, position)];
      tag = parse(text, position, rows) ?? tag;
    }
  }
  return paced(runFromRows(rows, { tag: tag || 'run', order, source: name }), rest.signal);
}

/** Adds the line's row and returns its tag, if it has one: trec_eval keeps that of the last line. */
type LineParser = (text: string, position: LinePosition, rows: QueryRows) => string | undefined;

const PARSERS: Readonly<Record<RunFormat, LineParser>> = { trec: parseTrec, msmarco: parseMsmarco };

function detect(text: string, position: LinePosition): RunFormat {
  if (text.startsWith('#')) return 'trec';
  const columns = whitespaceFields(text, 6).length;
  if (columns === 6) return 'trec';
  if (columns === 3) return 'msmarco';
  throw wrongColumns(position, 'query Q0 document rank score tag');
}

function parseTrec(text: string, position: LinePosition, rows: QueryRows): string | undefined {
  if (text.startsWith('#')) return undefined;
  const [query, , document, , score, tag] = whitespaceFields(text, 6);
  if (!query || !document || !score || !tag) throw wrongColumns(position, 'query Q0 document rank score tag');
  rows.add(query, document, readScore(score, position), position.line);
  return tag;
}

function parseMsmarco(text: string, position: LinePosition, rows: QueryRows): undefined {
  const [query, document, rank, ...more] = whitespaceFields(text, 4);
  if (!query || !document || !rank || more.length > 0) throw wrongColumns(position, 'query<TAB>document<TAB>rank');
  rows.add(query, document, -readRank(rank, position), position.line);
}
