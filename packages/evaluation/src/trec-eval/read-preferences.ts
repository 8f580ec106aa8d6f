import { InvalidInputError } from '@sluice/core';
import { type ByteSource, sourceName } from '../reading/byte-source.js';
import { isBlankLine, type LinePosition, readScore, whitespaceFields, wrongColumns } from '../reading/fields.js';
import { MAX_ROW_BYTES } from '../reading/read-qrels.js';
import { type LineOptions, readLines } from '../reading/text-lines.js';
import type { PreferenceLevel, Preferences } from './preferences.js';

/**
 * Forms of a file of preferences.
 *
 * - `prefs`: `query group list document level` (trec_eval's -R prefs).
 * - `qrels`: qrels whose second column is the group and whose grades are levels (-R qrels_prefs).
 */
export type PreferencesFormat = 'prefs' | 'qrels';

/**
 * Reads preferences. A line that begins with `#` is a comment.
 *
 * @throws {InvalidInputError} a line is malformed or a level is negative, with the line's number
 */
export async function readPreferences(
  source: ByteSource,
  { format = 'prefs', ...options }: Partial<LineOptions> & { readonly format?: PreferencesFormat } = {},
): Promise<Preferences> {
  const name = sourceName(source);
  const preferences = new Map<string, PreferenceLevel[]>();
  for await (const { first, lines } of readLines(source, { maxLineBytes: MAX_ROW_BYTES, ...options })) {
    for (const [at, text] of lines.entries()) {
      if (isBlankLine(text) || text.startsWith('#')) continue;
      const { queryId, ...row } = ROWS[format](text, { source: name, line: first + at });
      const rows = preferences.get(queryId);
      if (rows) rows.push(row);
      else preferences.set(queryId, [row]);
    }
  }
  return preferences;
}

type PreferenceRow = PreferenceLevel & { readonly queryId: string };

const ROWS: Readonly<Record<PreferencesFormat, (text: string, position: LinePosition) => PreferenceRow>> = {
  prefs(text, position) {
    const [queryId, group, list, documentId, level, ...more] = whitespaceFields(text, 6);
    if (!queryId || !group || !list || !documentId || !level || more.length > 0) {
      throw wrongColumns(position, 'query group list document level');
    }
    return { queryId, group, list, documentId, level: readLevel(level, position) };
  },
  qrels(text, position) {
    const [queryId, group, documentId, level, ...more] = whitespaceFields(text, 5);
    if (!queryId || !group || !documentId || !level || more.length > 0) {
      throw wrongColumns(position, 'query group document level');
    }
    return { queryId, group, list: '0', documentId, level: readLevel(level, position) };
  },
};

function readLevel(text: string, position: LinePosition): number {
  const level = readScore(text, position);
  if (level >= 0) return level;
  throw new InvalidInputError(
    position,
    `the level ${level} is negative`,
    'Write levels from 0, which is not relevant.',
  );
}
