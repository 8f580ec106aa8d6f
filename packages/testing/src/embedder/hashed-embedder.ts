import {
  type CallOptions,
  type Embedder,
  type EncodeOptions,
  fullText,
  InvalidOptionsError,
  type Matrix,
  type Similarity,
  SluiceError,
  type TitledText,
} from '@sluice/core';

/** What {@link hashedEmbedder} is made with. */
export interface HashedEmbedderOptions {
  /** @default 16 */
  readonly dimensions?: number;
  /** @default 'cosine' */
  readonly similarity?: Similarity;
}

/**
 * An embedder without a model: each word adds a pseudo-random vector that its letters decide.
 *
 * Texts with words in common are near each other. For tests that need vectors that mean something, and none that are
 * good. Source: feature hashing, arXiv 0902.2206.
 */
export function hashedEmbedder(options: HashedEmbedderOptions = {}): Embedder {
  const { dimensions = 16, similarity = 'cosine' } = options;
  let closed = false;
  const encode = async (texts: readonly string[], call: EncodeOptions = {}): Promise<Matrix> => {
    if (closed) throw new ClosedEmbedderError();
    const columns = columnsOf(call.dimensions, dimensions);
    const data = new Float32Array(texts.length * columns);
    for (const [row, text] of texts.entries()) {
      await tick(call, row, texts.length);
      data.set(vectorOf(text, dimensions).subarray(0, columns), row * columns);
      if (similarity === 'cosine') normalise(data.subarray(row * columns, (row + 1) * columns));
    }
    await tick(call, texts.length, texts.length);
    return { data, rows: texts.length, columns };
  };
  return {
    dimensions,
    similarity,
    fingerprint: `hashed-${dimensions}-${similarity}`,
    encodeQueries: encode,
    encodeDocuments: (documents, call) => encode(documents.map(textOf), call),
    close: async () => {
      closed = true;
    },
  };
}

class ClosedEmbedderError extends SluiceError {
  readonly code = 'SLUICE_CLOSED_EMBEDDER';

  constructor() {
    super('The hashed embedder is closed.', 'Make another one.');
  }
}

/** Lets others run, then tells progress and listens to the signal. */
async function tick({ signal, onProgress }: CallOptions, done: number, total: number): Promise<void> {
  await Promise.resolve();
  signal?.throwIfAborted();
  onProgress?.({ phase: 'encoding', done, total, unit: 'texts' });
}

function columnsOf(wanted: number | undefined, dimensions: number): number {
  if (wanted === undefined) return dimensions;
  if (Number.isInteger(wanted) && wanted >= 1 && wanted <= dimensions) return wanted;
  const issues = [{ path: 'dimensions', message: `not a whole number from 1 to ${dimensions}` }];
  throw new InvalidOptionsError({ owner: 'hashedEmbedder', issues });
}

function textOf(document: string | TitledText): string {
  return typeof document === 'string' ? document : fullText(document);
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of ['', ...text.toLowerCase().split(/\s+/)]) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
    for (let column = 0; column < dimensions; column++) {
      hash = Math.imul(hash ^ (hash >>> 15) ^ column, 0x2c1b3c6d);
      // A half is never zero, so the empty text, one word, has a direction in every leading part.
      vector[column] = (vector[column] ?? 0) + (hash >> 24) + 0.5;
    }
  }
  return vector;
}

function normalise(row: Float32Array): void {
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  for (const [column, value] of row.entries()) row[column] = length === 0 ? 1 / Math.sqrt(row.length) : value / length;
}
