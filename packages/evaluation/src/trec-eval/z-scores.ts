import { type ByteSource, sourceName } from '../reading/byte-source.js';
import { isBlankLine, readScore, whitespaceFields, wrongColumns } from '../reading/fields.js';
import { MAX_ROW_BYTES } from '../reading/read-qrels.js';
import { type LineOptions, readLines } from '../reading/text-lines.js';

/** What trec_eval puts where a measure has no reference, or one without spread that it does not equal. */
const MISSING = -1_000_000;

/** Mean and standard deviation of measures over a set of reference runs, for each query. */
export class ZScores {
  readonly #references: Map<string, { mean: number; deviation: number }> = new Map();

  set(queryId: string, measure: string, mean: number, deviation: number): void {
    this.#references.set(`${queryId}\t${measure}`, { mean, deviation });
  }

  /** How many standard deviations a value lies above the mean. */
  standardise(queryId: string, measure: string, value: number): number {
    const reference = this.#references.get(`${queryId}\t${measure}`);
    if (!reference) return MISSING;
    const { mean, deviation } = reference;
    if (deviation === 0) return value === mean ? 0 : MISSING;
    return (value - mean) / deviation;
  }
}

/**
 * Reads trec_eval's file of references: `query measure mean deviation`.
 *
 * @throws {InvalidInputError} a line is malformed, with its number
 */
export async function readZScores(source: ByteSource, options: Partial<LineOptions> = {}): Promise<ZScores> {
  const name = sourceName(source);
  const scores = new ZScores();
  for await (const { first, lines } of readLines(source, { maxLineBytes: MAX_ROW_BYTES, ...options })) {
    for (const [at, text] of lines.entries()) {
      if (isBlankLine(text)) continue;
      const position = { source: name, line: first + at };
      const [query, measure, mean, deviation] = whitespaceFields(text, 5);
      if (!query || !measure || !mean || !deviation) throw wrongColumns(position, 'query measure mean deviation');
      scores.set(query, measure, readScore(mean, position), readScore(deviation, position));
    }
  }
  return scores;
}
