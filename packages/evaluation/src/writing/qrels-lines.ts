import { InvalidInputError } from '@sluice/core';
import type { Qrels } from '../qrels.js';

/**
 * Qrels in TREC form, `query 0 document grade`, one line at a time.
 *
 * @throws {InvalidInputError} an id contains white space
 */
export function* trecQrelsLines(qrels: Qrels): Generator<string, void> {
  for (const { queryId, documentId, grade } of qrels) {
    if (/\s/.test(queryId + documentId)) throw unwritable(queryId, documentId, 'white space');
    yield `${queryId} 0 ${documentId} ${grade}\n`;
  }
}

/**
 * Qrels in BEIR form, tab separated after a header, one line at a time.
 *
 * @throws {InvalidInputError} an id contains a tab or a line end
 */
export function* beirQrelsLines(qrels: Qrels): Generator<string, void> {
  yield 'query-id\tcorpus-id\tscore\n';
  for (const { queryId, documentId, grade } of qrels) {
    if (/[\t\r\n]/.test(queryId + documentId)) throw unwritable(queryId, documentId, 'a tab or a line end');
    yield `${queryId}\t${documentId}\t${grade}\n`;
  }
}

function unwritable(queryId: string, documentId: string, what: string): InvalidInputError {
  return new InvalidInputError(
    { source: 'qrels' },
    `the ids '${queryId}' and '${documentId}' contain ${what}, which separates columns`,
    'Choose other ids.',
  );
}
