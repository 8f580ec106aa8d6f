import { InvalidInputError, type Query, type Ranking } from '@sluice/core';
import { Run } from '../run.js';

/** How a TREC run is written. */
export interface ToTrecOptions {
  /** Name of the system, the last column; no white space. Default: the run's own tag, or `sluice`. */
  readonly tag?: string;
  /**
   * Writes strictly decreasing scores, so that a tool that sorts again by score keeps our order. A score that is not
   * below the one above it becomes the next smaller float32. Default false: scores as they are.
   */
  readonly strict?: boolean;
}

/**
 * Rankings as a TREC run: `query Q0 document rank score tag`, a line for each result.
 *
 * Scores are written with as few digits as give back the same float32.
 *
 * @param queries the queries that were searched, in the order of the rankings; each with an id
 * @throws {InvalidInputError} an id or the tag is empty or contains white space, or a score is NaN
 */
export function toTrec(
  rankings: readonly Ranking[],
  queries: readonly Pick<Query, 'id'>[],
  { tag = 'sluice', strict = false }: ToTrecOptions = {},
): string {
  return [...trecLines(Run.fromRankings(rankings, queries, { tag }), { strict })].join('');
}

/**
 * A run in the form of a TREC run file, one text a query: write them one after the other.
 *
 * @throws {InvalidInputError} an id or the tag is empty or contains white space, or a score is NaN
 */
export function* trecLines(run: Run, { tag = run.tag, strict = false }: ToTrecOptions = {}): Generator<string, void> {
  expectColumn(tag, 'tag');
  for (const queryId of run.queryIds) {
    expectColumn(queryId, 'query id');
    const { documents = new Uint32Array(0), scores = new Float64Array(0) } = run.of(queryId) ?? {};
    let text = '';
    let above = Number.POSITIVE_INFINITY;
    for (const [at, document] of documents.entries()) {
      const documentId = run.documents.idOf(document);
      expectColumn(documentId, 'document id');
      const score = Math.fround(scores[at] ?? Number.NaN);
      if (Number.isNaN(score)) throw nanScore(queryId, documentId);
      above = strict && at > 0 && score >= above ? nextBelow(above) : score;
      text += `${queryId} Q0 ${documentId} ${at + 1} ${shortFloat32(above)} ${tag}\n`;
    }
    yield text;
  }
}

/** The fewest digits that give back the same float32. */
export function shortFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The greatest float32 below `value`. */
export function nextBelow(value: number): number {
  float[0] = value;
  const pattern = bits[0] ?? 0;
  if (value === 0) bits[0] = 0x8000_0001 | 0;
  else bits[0] = pattern > 0 ? pattern - 1 : pattern + 1;
  return float[0] ?? 0;
}

function expectColumn(text: string, what: string): void {
  if (text !== '' && !/[\s]/.test(text)) return;
  throw new InvalidInputError(
    { source: 'run' },
    `the ${what} '${text}' is empty or contains white space, which separates the columns of a TREC run`,
    'Choose ids and a tag without white space.',
  );
}

function nanScore(queryId: string, documentId: string): InvalidInputError {
  return new InvalidInputError(
    { source: 'run' },
    `the score of document '${documentId}' for query '${queryId}' is NaN`,
    'Leave out results without a score.',
  );
}
