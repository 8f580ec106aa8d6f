/**
 * What a model made of the texts of a batch, as columns that travel between threads without copying.
 *
 * Text `i` has the entries from `offsets[i]` up to `offsets[i + 1]`. An entry is one vector of fixed width (pooled text,
 * token, scores of a pair), or, where there are `indices`, one number of a sparse vector.
 */
export interface EncodedTexts {
  /** One more than there are texts; begins with 0, never decreases. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** The column of each entry, rising within a text; empty where entries are vectors. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** Entries x their width, row-major. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** One vector a text. */
export function oneVectorEach(values: Float32Array<ArrayBuffer>, texts: number): EncodedTexts {
  return { offsets: Uint32Array.from({ length: texts + 1 }, (_, at) => at), indices: new Uint32Array(0), values };
}

/** The memory behind the columns, for moving it to another thread. */
export function buffersOf({ offsets, indices, values }: EncodedTexts): ArrayBuffer[] {
  return [offsets.buffer, indices.buffer, values.buffer];
}

/** Texts of several runs as those of one, in order. Entries of all have one width. */
export function joinEncoded(parts: readonly EncodedTexts[]): EncodedTexts {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const lengths = (column: 'offsets' | 'indices' | 'values'): number =>
    parts.reduce((sum, part) => sum + part[column].length, 0);
  const offsets = new Uint32Array(lengths('offsets') - parts.length + 1);
  const indices = new Uint32Array(lengths('indices'));
  const values = new Float32Array(lengths('values'));
  let text = 0;
  let [entry, index, value] = [0, 0, 0];
  for (const part of parts) {
    for (const offset of part.offsets.subarray(1)) offsets[++text] = entry + offset;
    indices.set(part.indices, index);
    values.set(part.values, value);
    entry = offsets[text] ?? 0;
    index += part.indices.length;
    value += part.values.length;
  }
  return { offsets, indices, values };
}
