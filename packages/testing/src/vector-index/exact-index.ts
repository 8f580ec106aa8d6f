import {
  InvalidInputError,
  InvalidOptionsError,
  type Matrix,
  type Neighbours,
  rowOf,
  type SavedIndex,
  type Similarity,
  type VectorIndex,
  type VectorSearchOptions,
} from '@sluice/core';

/** What an index is made for. */
export interface VectorIndexShape {
  /** Columns of every matrix. */
  readonly dimensions: number;
  readonly similarity: Similarity;
}

/**
 * Brute force in double precision: the oracle of {@link testVectorIndex}.
 *
 * Slow and plain on purpose. Every vector is a row of its own, every score is computed from the definition and
 * rounded to float32 once.
 */
export function exactIndex(shape: VectorIndexShape): VectorIndex {
  return new ExactIndex(shape, new Map());
}

/**
 * The index that {@link exactIndex} saved.
 *
 * @throws {InvalidInputError} it is not one, or its blocks do not fit its header
 */
export function loadExactIndex(saved: SavedIndex): VectorIndex {
  const { shape, count } = parseHeader(saved);
  const ordinals = new Uint32Array(copyOf(saved, 'ordinals', count * 4));
  const vectors = new Float32Array(copyOf(saved, 'vectors', count * shape.dimensions * 4));
  const rows = new Map<number, Float32Array>();
  for (const [at, ordinal] of ordinals.entries()) {
    rows.set(ordinal, vectors.subarray(at * shape.dimensions, (at + 1) * shape.dimensions));
  }
  return new ExactIndex(shape, rows);
}

class ExactIndex implements VectorIndex {
  readonly dimensions: number;
  readonly similarity: Similarity;
  readonly #rows: Map<number, Float32Array>;

  constructor({ dimensions, similarity }: VectorIndexShape, rows: Map<number, Float32Array>) {
    this.dimensions = dimensions;
    this.similarity = similarity;
    this.#rows = rows;
  }

  get size(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.size * (this.dimensions + 1) * 4;
  }

  add(ordinals: Uint32Array, vectors: Matrix): void {
    if (ordinals.length !== vectors.rows) throw refused('ordinals', 'there is not one ordinal for each row');
    if (new Set(ordinals).size !== ordinals.length) throw refused('ordinals', 'an ordinal appears twice');
    this.#expectRows('vectors', vectors);
    for (const [row, ordinal] of ordinals.entries()) this.#rows.set(ordinal, rowOf(vectors, row).slice());
  }

  has(ordinal: number): boolean {
    return this.#rows.has(ordinal);
  }

  remove(ordinals: Uint32Array): number {
    return ordinals.reduce((removed, ordinal) => removed + Number(this.#rows.delete(ordinal)), 0);
  }

  search(queries: Matrix, { topK, recall = 1, filter }: VectorSearchOptions): Neighbours {
    if (!(Number.isInteger(topK) && topK >= 1)) throw outOfRange('topK');
    if (!(recall > 0 && recall <= 1)) throw outOfRange('recall');
    this.#expectRows('queries', queries);
    const candidates = [...this.#rows.keys()].filter((ordinal) => filter?.has(ordinal) ?? true);
    const found = Array.from({ length: queries.rows }, (_, row) => {
      const query = rowOf(queries, row);
      const scored = candidates.map((ordinal) => ({ ordinal, score: this.#score(query, ordinal) }));
      return scored.sort((a, b) => b.score - a.score || a.ordinal - b.ordinal).slice(0, topK);
    });
    return toNeighbours(found);
  }

  score(queries: Matrix, offsets: Uint32Array, ordinals: Uint32Array): Float32Array {
    this.#expectRows('queries', queries);
    const scores = new Float32Array(ordinals.length);
    for (let row = 0; row < queries.rows; row++) {
      for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
        scores[at] = this.#score(rowOf(queries, row), ordinals[at] ?? 0);
      }
    }
    return scores;
  }

  save(): SavedIndex {
    const ordinals = Uint32Array.from(this.#rows.keys());
    const vectors = Float32Array.from([...this.#rows.values()].flatMap((row) => [...row]));
    return {
      kind: 'exact',
      version: 1,
      header: { dimensions: this.dimensions, similarity: this.similarity, count: this.size },
      blocks: { ordinals: new Uint8Array(ordinals.buffer), vectors: new Uint8Array(vectors.buffer) },
    };
  }

  #score(query: Float32Array, ordinal: number): number {
    const vector = this.#rows.get(ordinal);
    if (!vector) throw refused('ordinals', `ordinal ${ordinal} is not in the index`);
    return scoreOf(this.similarity, query, vector);
  }

  #expectRows(source: string, { data, rows, columns }: Matrix): void {
    if (columns !== this.dimensions) throw refused(source, `rows have ${columns} columns, not ${this.dimensions}`);
    for (let row = 0; row < rows; row++) {
      const values = data.subarray(row * columns, (row + 1) * columns);
      if (!values.every(Number.isFinite)) throw refused(source, 'a number is not finite', row);
      if (this.similarity === 'cosine' && values.every((value) => value === 0)) {
        throw refused(source, 'a zero vector has no direction', row);
      }
    }
  }
}

/** Cosine, inner product or negated squared distance of two vectors, in double precision, rounded to float32. */
export function scoreOf(similarity: Similarity, left: Float32Array, right: Float32Array): number {
  let dot = 0;
  let distance = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  for (let at = 0; at < left.length; at++) {
    const a = left[at] ?? 0;
    const b = right[at] ?? 0;
    dot += a * b;
    distance += (a - b) ** 2;
    leftSquare += a * a;
    rightSquare += b * b;
  }
  if (similarity === 'dot') return Math.fround(dot);
  if (similarity === 'euclidean') return distance === 0 ? 0 : Math.fround(-distance);
  return Math.fround(dot / Math.sqrt(leftSquare) / Math.sqrt(rightSquare));
}

function toNeighbours(found: readonly (readonly { ordinal: number; score: number }[])[]): Neighbours {
  const offsets = new Uint32Array(found.length + 1);
  for (const [row, { length }] of found.entries()) offsets[row + 1] = (offsets[row] ?? 0) + length;
  const flat = found.flat();
  return {
    offsets,
    ordinals: Uint32Array.from(flat, ({ ordinal }) => ordinal),
    scores: Float32Array.from(flat, ({ score }) => score),
  };
}

function parseHeader({ kind, version, header }: SavedIndex): { shape: VectorIndexShape; count: number } {
  if (kind !== 'exact' || version !== 1) throw refused('saved index', `'${kind}' version ${version} is unknown`);
  const fields = new Map<string, unknown>(typeof header === 'object' && header !== null ? Object.entries(header) : []);
  const [dimensions, similarity, count] = ['dimensions', 'similarity', 'count'].map((name) => fields.get(name));
  const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  if (!isWhole(dimensions) || !isWhole(count)) throw refused('saved index', 'the header has no shape');
  if (similarity !== 'cosine' && similarity !== 'dot' && similarity !== 'euclidean') {
    throw refused('saved index', 'the header names no similarity');
  }
  return { shape: { dimensions, similarity }, count };
}

function copyOf({ blocks }: SavedIndex, name: string, bytes: number): ArrayBuffer {
  const block = blocks[name];
  if (block?.length !== bytes) throw refused(`block '${name}'`, `${block?.length ?? 'no'} bytes instead of ${bytes}`);
  return block.slice().buffer;
}

function refused(source: string, problem: string, row?: number): InvalidInputError {
  const position = row === undefined ? { source } : { source, row };
  return new InvalidInputError(position, problem, 'Correct it and call again.');
}

function outOfRange(path: string): InvalidOptionsError {
  return new InvalidOptionsError({ owner: 'exactIndex', issues: [{ path, message: 'out of range' }] });
}
