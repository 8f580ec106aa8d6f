import { matrix, paced } from '@sluice/core';
import { fitRotation, mapRows, poolTokenVectors } from '@sluice/embedders';
import { MultiVectorStoreBuilder } from '@sluice/retrievers';

const FIT_VECTORS = 20_000;

/**
 * Token states as late interaction takes them: of unit length, turned by a rotation that was fitted on the documents, and
 * cut to `width`, the width that trained models project to.
 */
export async function projected({ documentStates, queryStates }, width) {
  const unit = unitRows(documentStates.vectors);
  const rotation = await fitRotation(unit, { sample: FIT_VECTORS });
  const map = async (states, vectors) => ({
    ...states,
    vectors: await paced(mapRows(vectors, rotation, width, 'unit')),
  });
  return {
    documents: await map(documentStates, unit),
    queries: await map(queryStates, unitRows(queryStates.vectors)),
  };
}

export async function storeOf(vectors, precision, fingerprint = 'bench') {
  const builder = new MultiVectorStoreBuilder({ fingerprint, dimensions: vectors.vectors.columns, precision });
  await paced(
    builder.addInSteps(
      Uint32Array.from({ length: vectors.texts }, (_, at) => at),
      vectors,
    ),
  );
  return builder.build();
}

/** The mean of each text's vectors, one row each. */
export function meansOf({ texts, offsets, vectors: { data, columns } }) {
  const means = new Float32Array(texts * columns);
  for (let text = 0; text < texts; text++) {
    for (let row = offsets[text]; row < offsets[text + 1]; row++) {
      for (let column = 0; column < columns; column++) {
        means[text * columns + column] += data[row * columns + column] / (offsets[text + 1] - offsets[text]);
      }
    }
  }
  return matrix(means, columns);
}

export function pooled(vectors, factor) {
  return factor === 1 ? vectors : poolTokenVectors(vectors, { factor });
}

/** An embedder that knows the vectors of its texts by heart. */
export function knownEmbedder(texts, vectors) {
  const places = new Map(texts.map((text, at) => [text, at]));
  const { columns } = vectors.vectors;
  const encodeQueries = async (asked) => {
    const own = asked.map((text) => places.get(text));
    const offsets = new Uint32Array(asked.length + 1);
    for (const [at, place] of own.entries()) {
      offsets[at + 1] = offsets[at] + vectors.offsets[place + 1] - vectors.offsets[place];
    }
    const data = new Float32Array(offsets.at(-1) * columns);
    for (const [at, place] of own.entries()) {
      const rows = vectors.vectors.data.subarray(
        vectors.offsets[place] * columns,
        vectors.offsets[place + 1] * columns,
      );
      data.set(rows, offsets[at] * columns);
    }
    return { texts: asked.length, offsets, vectors: matrix(data, columns) };
  };
  return {
    dimensions: columns,
    similarity: 'dot',
    fingerprint: 'bench',
    encodeQueries,
    encodeDocuments: encodeQueries,
  };
}

function unitRows({ data, columns, rows }) {
  const unit = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const own = data.subarray(row * columns, (row + 1) * columns);
    let squares = 0;
    for (const value of own) squares += value * value;
    const length = Math.sqrt(squares) || 1;
    for (let column = 0; column < columns; column++) unit[row * columns + column] = own[column] / length;
  }
  return matrix(unit, columns);
}
