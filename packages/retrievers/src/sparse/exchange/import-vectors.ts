import { type CallOptions, InvalidInputError, Pace, type SparseMatrix, type SparseVector } from '@sluice/core';
import type { ImpactIndex } from '../impact/impact-index.js';
import { ImpactIndexBuilder, type ImpactIndexOptions } from '../impact/impact-index-builder.js';
import { type Lines, numberedVector, readTermVectors } from './term-vectors.js';

/** How {@link importVectors} reads and builds. */
export interface ImportVectorsOptions extends Omit<ImpactIndexOptions, 'vocabularySize'>, Pick<CallOptions, 'signal'> {
  /** Of the file, for errors. */
  readonly name: string;
}

/** An impact index from a file of vectors, with what it is about. */
export interface ImportedVectors {
  readonly index: ImpactIndex;
  /** By ordinal. */
  readonly ids: readonly string[];
  /** By term: its number in the index, in the order in which terms were met. */
  readonly vocabulary: ReadonlyMap<string, number>;
}

/**
 * Makes an impact index of documents that a learned sparse model encoded elsewhere: Pyserini's JSON vectors.
 *
 * Queries for it are vectors over `vocabulary`, in `sparseVectors` under `fingerprint`. Memory: 8 bytes a weight besides
 * the index. Others have their turn in between.
 *
 * @throws {InvalidInputError} a line is not a document with a vector, or an id is there twice; with the line's number
 * @throws the signal's `reason`, once it has fired
 * @example
 * const lines = readLines('docs.jsonl.gz', { maxLineBytes: 1 << 24 });
 * const { index, ids, vocabulary } = await importVectors(lines, { name: 'docs.jsonl.gz', fingerprint: 'splade-v3' });
 */
export async function importVectors(
  lines: Lines,
  { name, signal, ...options }: ImportVectorsOptions,
): Promise<ImportedVectors> {
  const pace = new Pace(signal);
  const vocabulary = new Map<string, number>();
  const numberOf = (term: string): number => {
    const known = vocabulary.get(term);
    if (known !== undefined) return known;
    vocabulary.set(term, vocabulary.size);
    return vocabulary.size - 1;
  };
  const ids = new Set<string>();
  const vectors: SparseVector[] = [];
  for await (const { id, vector } of readTermVectors(lines, name)) {
    if (ids.has(id)) {
      throw new InvalidInputError({ source: name, row: vectors.length }, 'an id is there twice', 'Give each one id.');
    }
    ids.add(id);
    vectors.push(numberedVector(vector, numberOf));
    if (pace.due) await pace.rest();
  }
  const builder = new ImpactIndexBuilder({ ...options, vocabularySize: Math.max(1, vocabulary.size) });
  for (const [ordinal, vector] of vectors.entries()) {
    builder.add(Uint32Array.of(ordinal), oneRow(vector, Math.max(1, vocabulary.size)));
    if (pace.due) await pace.rest();
  }
  return { index: await builder.buildInSlices(signal ? { signal } : {}), ids: [...ids], vocabulary };
}

function oneRow({ indices, values }: SparseVector, columns: number): SparseMatrix {
  return { rows: 1, columns, offsets: Uint32Array.of(0, indices.length), indices, values };
}
