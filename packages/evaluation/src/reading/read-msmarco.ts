import { type Document, InvalidInputError, type Query } from '@sluice/core';
import { type ByteSource, sourceName } from './byte-source.js';
import { wrongColumns } from './fields.js';
import { MAX_DOCUMENT_BYTES } from './read-jsonl.js';
import { type LineOptions, readLines } from './text-lines.js';

/**
 * Passages of an MS MARCO collection, `id<TAB>text`, streaming, plain or gzip. Further tabs belong to the text.
 *
 * @throws {InvalidInputError} a line has no tab, or an id is empty or repeated; with the line's number
 * @throws the signal's `reason`, once it has fired
 */
export async function* readMsmarcoDocuments(
  source: ByteSource,
  options: Partial<LineOptions> = {},
): AsyncGenerator<Document> {
  yield* readIdentifiedTexts(source, options);
}

/**
 * Queries of an MS MARCO file, `id<TAB>text`.
 *
 * @throws {InvalidInputError} as {@link readMsmarcoDocuments}
 */
export async function* readMsmarcoQueries(
  source: ByteSource,
  options: Partial<LineOptions> = {},
): AsyncGenerator<Query & { readonly id: string }> {
  yield* readIdentifiedTexts(source, options);
}

async function* readIdentifiedTexts(
  source: ByteSource,
  options: Partial<LineOptions>,
): AsyncGenerator<{ id: string; text: string }> {
  const name = sourceName(source);
  const seen = new Set<string>();
  for await (const { first, lines } of readLines(source, { maxLineBytes: MAX_DOCUMENT_BYTES, ...options })) {
    for (const [at, line] of lines.entries()) {
      if (line === '') continue;
      const position = { source: name, line: first + at };
      const tab = line.indexOf('\t');
      if (tab <= 0) throw wrongColumns(position, 'id<TAB>text');
      const id = line.slice(0, tab);
      if (seen.has(id)) {
        throw new InvalidInputError(
          position,
          `the id '${id}' appears for the second time`,
          'Keep one line for each id.',
        );
      }
      seen.add(id);
      yield { id, text: line.slice(tab + 1) };
    }
  }
}
