import type { Embedder, Matrix } from '@sluice/core';
import { dense, flatIndex } from '@sluice/retrievers';
import type { EncodedCollection } from './encoded-collection.js';
import type { FormName, VectorForm } from './vector-form.js';

/** How an exact index keeps vectors, and what a number of them takes, in bytes. */
const bytesANumber = { float32: 4, float16: 2, int8: 1, 'binary+int8': 1.125 };

/** Names of {@link bytesANumber}. */
export type KeptAs = keyof typeof bytesANumber;

/** Vectors under a flat index. Rows of zeros, of texts that a static model knows nothing of, are not found. */
export function floatForm(
  name: FormName,
  { space, queries, similarity }: EncodedCollection,
  documents: Matrix,
  queryVectors: Matrix,
  keptAs: KeptAs = 'float32',
): VectorForm {
  const dimensions = documents.columns;
  const storage = keptAs === 'binary+int8' ? ({ storage: 'binary', kept: 'int8' } as const) : { storage: keptAs };
  const index = flatIndex({ dimensions, similarity, ...storage });
  const { ordinals, vectors } = withDirection(documents);
  index.add(ordinals, vectors);
  const encoded: Embedder = {
    dimensions,
    similarity,
    fingerprint: name,
    encodeQueries: async () => queryVectors,
    encodeDocuments: async () => documents,
  };
  const source = dense({ index, embedder: encoded, space });
  return {
    name,
    dimensions,
    bytes: Math.ceil(bytesANumber[keptAs] * dimensions),
    search: (topK, signal) => source.retrieve(queries, { topK, signal }),
  };
}

/** The rows that are not all zeros, and where they stood. */
function withDirection({ data, rows, columns }: Matrix): { ordinals: Uint32Array; vectors: Matrix } {
  const ordinals: number[] = [];
  const kept = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const vector = data.subarray(row * columns, (row + 1) * columns);
    if (vector.every((value) => value === 0)) continue;
    kept.set(vector, ordinals.length * columns);
    ordinals.push(row);
  }
  const vectors = { data: kept.subarray(0, ordinals.length * columns), rows: ordinals.length, columns };
  return { ordinals: Uint32Array.from(ordinals), vectors };
}
