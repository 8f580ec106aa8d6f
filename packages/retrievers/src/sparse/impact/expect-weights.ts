import { InvalidInputError, type SparseMatrix, type SparseVector, sparseRowOf } from '@sluice/core';

/**
 * @param source the argument's name, for the error
 * @throws {InvalidInputError} terms do not rise, are outside the vocabulary, or a weight is not positive and finite;
 *   `row` names the vector
 */
export function expectWeights(source: string, row: number, vector: SparseVector, columns: number): void {
  const { indices, values } = vector;
  if (indices.length !== values.length) {
    throw refused(source, row, `it has ${indices.length} terms and ${values.length} weights`);
  }
  let previous = -1;
  for (let at = 0; at < indices.length; at++) {
    const term = indices[at] ?? 0;
    const weight = values[at] ?? Number.NaN;
    if (term <= previous) throw refused(source, row, `terms do not rise at ${at}`);
    if (term >= columns) throw refused(source, row, `term ${term} is outside the vocabulary of ${columns}`);
    if (!(weight > 0 && weight < Infinity))
      throw refused(source, row, `the weight ${weight} is not positive and finite`);
    previous = term;
  }
}

/** @throws {InvalidInputError} the matrix contradicts itself, or one of its rows is refused by {@link expectWeights} */
export function expectWeightMatrix(source: string, matrix: SparseMatrix, columns: number): void {
  const { rows, offsets, indices } = matrix;
  if (matrix.columns !== columns) throw refused(source, 0, `it has ${matrix.columns} columns instead of ${columns}`);
  if (offsets.length !== rows + 1 || offsets[0] !== 0 || offsets[rows] !== indices.length) {
    throw refused(source, 0, `its offsets do not go from 0 to ${indices.length} in ${rows} rows`);
  }
  for (let row = 0; row < rows; row++) {
    if ((offsets[row + 1] ?? 0) < (offsets[row] ?? 0)) throw refused(source, row, 'its offsets fall');
    expectWeights(source, row, sparseRowOf(matrix, row), columns);
  }
}

function refused(source: string, row: number, problem: string): InvalidInputError {
  return new InvalidInputError({ source, row }, problem, 'Encode it with the sparse model of the index.');
}
