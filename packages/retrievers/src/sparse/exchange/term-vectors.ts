import { InvalidInputError, type SparseVector } from '@sluice/core';
import { z } from 'zod';

/** A document as a learned sparse model sees it: a line of Pyserini's JSON vectors. */
export interface TermVector {
  readonly id: string;
  readonly contents: string;
  /** Weight by term, above 0. */
  readonly vector: ReadonlyMap<string, number>;
}

/** A query as terms with weights. */
export interface TopicVector {
  readonly id: string;
  readonly vector: ReadonlyMap<string, number>;
}

/** Lines of a file with the number of the first, from 1: what `readLines` of `@sluice/evaluation` gives. */
export interface LineBatch {
  readonly first: number;
  readonly lines: readonly string[];
}

/** Lines as they come. */
export type Lines = AsyncIterable<LineBatch> | Iterable<LineBatch>;

const MAX_TERM_UNITS = 1 << 20;

const lineSchema = z.object({
  id: z.union([z.string().min(1), z.int()]).transform(String),
  contents: z.string().default(''),
  // Not a record: those of zod leave out the term `__proto__`.
  vector: z.custom<object>((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
});

/**
 * Reads documents of the form `{"id": "a", "contents": "...", "vector": {"term": 1.5}}`, one a line; other fields are
 * passed over, and so are weights of 0.
 *
 * @param name of the file, for errors
 * @throws {InvalidInputError} a line is not of that form, or a weight is negative or not finite; with the line's number
 */
export async function* readTermVectors(lines: Lines, name: string): AsyncGenerator<TermVector> {
  for await (const { line, at } of filled(lines)) {
    const position = { source: name, line: at };
    const { vector, ...rest } = parseLine(line, position);
    yield { ...rest, vector: weightsOf(Object.entries(vector), position) };
  }
}

/**
 * Reads queries of the form `id<TAB>term term other`, one a line, in which a term counts as often as it is repeated: how
 * Anserini writes SPLADE queries.
 *
 * @param name of the file, for errors
 * @throws {InvalidInputError} a line has no tab or no id; with the line's number
 */
export async function* readTopicVectors(lines: Lines, name: string): AsyncGenerator<TopicVector> {
  for await (const { line, at } of filled(lines)) {
    const tab = line.indexOf('\t');
    if (tab < 1) throw wrong({ source: name, line: at }, 'it is not an id, a tab and terms');
    const vector = new Map<string, number>();
    for (const term of line.slice(tab + 1).split(' ')) if (term !== '') vector.set(term, (vector.get(term) ?? 0) + 1);
    yield { id: line.slice(0, tab), vector };
  }
}

/** A document as a line without its end; {@link readTermVectors} reads it again. */
export function termVectorLine({ id, contents, vector }: TermVector): string {
  return JSON.stringify({ id, contents, vector: Object.fromEntries(vector) });
}

/**
 * A vector of numbered terms.
 *
 * @param numberOf the number of a term, below 2^32; undefined for one that is not numbered, which is left out
 */
export function numberedVector(
  vector: ReadonlyMap<string, number>,
  numberOf: (term: string) => number | undefined,
): SparseVector {
  const pairs = Array.from(vector, ([term, weight]) => [numberOf(term), weight] as const)
    .flatMap(([number, weight]) => (number === undefined ? [] : [[number, weight] as const]))
    .sort(([left], [right]) => left - right);
  return {
    indices: Uint32Array.from(pairs, ([number]) => number),
    values: Float32Array.from(pairs, ([, weight]) => weight),
  };
}

interface Position {
  readonly source: string;
  readonly line: number;
}

async function* filled(lines: Lines): AsyncGenerator<{ readonly line: string; readonly at: number }> {
  for await (const { first, lines: batch } of lines) {
    for (const [offset, line] of batch.entries()) if (line.trim() !== '') yield { line, at: first + offset };
  }
}

function parseLine(line: string, position: Position): z.output<typeof lineSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw wrong(position, 'it is not JSON', cause);
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(position, 'it is not an object with id and vector', parsed.error);
}

function weightsOf(entries: readonly (readonly [string, unknown])[], position: Position): Map<string, number> {
  const weights = new Map<string, number>();
  for (const [term, weight] of entries) {
    // As float32, in which indexes keep it.
    const kept = typeof weight === 'number' ? Math.fround(weight) : Number.NaN;
    if (typeof weight !== 'number' || !(kept >= 0 && kept < Infinity))
      throw wrong(position, 'a weight is no number from 0 up');
    if (term.length > MAX_TERM_UNITS) throw wrong(position, `a term has ${term.length} characters`);
    if (kept > 0) weights.set(term, weight);
  }
  return weights;
}

function wrong(position: Position, problem: string, cause?: unknown): InvalidInputError {
  const advice =
    'Each line is {"id": "a", "contents": "...", "vector": {"term": 1.5}}, or id, tab and terms for queries.';
  return new InvalidInputError(position, problem, advice, { cause });
}
