import { paced } from '@sluice/core';
import type { EvaluateOptions } from '../evaluate.js';
import { type JudgedRanking, judge } from '../judged-ranking.js';
import { type Qrels, qrelsFromRows } from '../qrels.js';
import { QueryRows } from '../query-rows.js';
import { type ByteSource, sourceName } from '../reading/byte-source.js';
import { isBlankLine, readGrade, whitespaceFields, wrongColumns } from '../reading/fields.js';
import { MAX_ROW_BYTES } from '../reading/read-qrels.js';
import { type LineOptions, readLines } from '../reading/text-lines.js';
import type { Run } from '../run.js';

/** Qrels of several assessors, by the name of the assessor's group. */
export type GroupedQrels = ReadonlyMap<string, Qrels>;

/**
 * Reads qrels whose second column names a group of judgements, such as one assessor (trec_eval's -R qrels_jg).
 *
 * @throws {InvalidInputError} as `readQrels`; a document may be judged once in each group
 */
export async function readGroupedQrels(source: ByteSource, options: Partial<LineOptions> = {}): Promise<GroupedQrels> {
  const name = sourceName(source);
  const groups = new Map<string, QueryRows>();
  for await (const { first, lines } of readLines(source, { maxLineBytes: MAX_ROW_BYTES, ...options })) {
    for (const [at, text] of lines.entries()) {
      if (isBlankLine(text) || text.startsWith('#')) continue;
      const position = { source: name, line: first + at };
      const [query, group, document, grade, ...more] = whitespaceFields(text, 5);
      if (!query || !group || !document || !grade || more.length > 0) {
        throw wrongColumns(position, 'query group document grade');
      }
      const rows = groups.get(group) ?? new QueryRows();
      groups.set(group, rows);
      rows.add(query, document, readGrade(grade, position), position.line);
    }
  }
  const grouped = new Map<string, Qrels>();
  for (const [group, rows] of groups) grouped.set(group, await paced(qrelsFromRows(rows, name), options.signal));
  return grouped;
}

/** The results of a query as each group that judged it sees them. */
export function judgeByGroup(
  qrels: GroupedQrels,
  run: Run,
  queryId: string,
  options: Pick<EvaluateOptions, 'maxResults' | 'results'> = {},
): JudgedRanking[] {
  const judging = [...qrels.values()].filter((group) => group.has(queryId));
  return judging.map((group) => judge(group, run, queryId, options));
}
