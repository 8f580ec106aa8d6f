/** A symmetric matrix A as Q T Qᵀ, T with numbers only on its diagonal and beside it. */
export interface Tridiagonal {
  /** Of T, `width` numbers. */
  readonly diagonal: Float64Array;
  /** `beside[k]` is T's entry at row k, column k + 1; the last is 0. */
  readonly beside: Float64Array;
  /** Qᵀ, row-major and orthogonal: row k is the vector that T's row k stands for. */
  readonly basis: Float64Array;
}

const ROWS_A_STEP = 32;

/**
 * Brings a symmetric matrix to tridiagonal form by reflections, in steps of {@link ROWS_A_STEP} rows.
 *
 * Cost: some 4 x width³ multiplications.
 *
 * Source: Householder's method; Golub and Van Loan, "Matrix Computations", section 8.3.1.
 *
 * @param matrix row-major, symmetric, `width` x `width`; used as scratch
 */
export function* tridiagonal(matrix: Float64Array, width: number): Generator<void, Tridiagonal> {
  const diagonal = new Float64Array(width);
  const beside = new Float64Array(width);
  /** Twice the reciprocal squared length of each reflection's vector; 0 where nothing is reflected. */
  const factors = new Float64Array(width);
  for (let pivot = 0; pivot < width; pivot++) {
    diagonal[pivot] = matrix[pivot * width + pivot] ?? 0;
    const vector = matrix.subarray(pivot * width + pivot + 1, (pivot + 1) * width);
    const { value, factor } = reflectionOf(vector);
    beside[pivot] = value;
    factors[pivot] = factor;
    if (factor !== 0) yield* reflectBothSides(matrix, width, pivot, vector, factor);
  }
  return { diagonal, beside, basis: yield* product(matrix, width, factors) };
}

/**
 * The reflection that leaves only the first number of `vector`: its value. Afterwards `vector` is what it reflects along.
 */
function reflectionOf(vector: Float64Array): { value: number; factor: number } {
  const first = vector[0] ?? 0;
  let rest = 0;
  for (let at = 1; at < vector.length; at++) rest += (vector[at] ?? 0) ** 2;
  if (rest === 0) return { value: first, factor: 0 };
  // Away from the first number, so that nothing cancels.
  const value = first > 0 ? -Math.sqrt(first * first + rest) : Math.sqrt(first * first + rest);
  vector[0] = first - value;
  return { value, factor: 2 / ((first - value) ** 2 + rest) };
}

/** A becomes H A H below and right of the pivot, H = 1 - factor x vector x vectorᵀ. */
function* reflectBothSides(
  matrix: Float64Array,
  width: number,
  pivot: number,
  vector: Float64Array,
  factor: number,
): Generator<void, void> {
  const size = vector.length;
  const first = (pivot + 1) * width + pivot + 1;
  const images = new Float64Array(size);
  let along = 0;
  for (let row = 0; row < size; row++) {
    images[row] = factor * dot(matrix, first + row * width, vector);
    along += (images[row] ?? 0) * (vector[row] ?? 0);
    if (row % ROWS_A_STEP === 0) yield;
  }
  for (let row = 0; row < size; row++) images[row] = (images[row] ?? 0) - (factor / 2) * along * (vector[row] ?? 0);
  for (let row = 0; row < size; row++) {
    const [mine, image] = [vector[row] ?? 0, images[row] ?? 0];
    const start = first + row * width;
    for (let column = 0; column < size; column++) {
      matrix[start + column] =
        (matrix[start + column] ?? 0) - mine * (images[column] ?? 0) - image * (vector[column] ?? 0);
    }
    if (row % ROWS_A_STEP === 0) yield;
  }
}

/** The reflections as one matrix, from the last back, so that each touches only what those before it have filled. */
function* product(vectors: Float64Array, width: number, factors: Float64Array): Generator<void, Float64Array> {
  const basis = new Float64Array(width * width);
  for (let row = 0; row < width; row++) basis[row * width + row] = 1;
  for (let pivot = width - 1; pivot >= 0; pivot--) {
    const factor = factors[pivot] ?? 0;
    if (factor === 0) continue;
    const vector = vectors.subarray(pivot * width + pivot + 1, (pivot + 1) * width);
    for (let row = pivot + 1; row < width; row++) {
      const start = row * width + pivot + 1;
      const share = factor * dot(basis, start, vector);
      for (let at = 0; at < vector.length; at++)
        basis[start + at] = (basis[start + at] ?? 0) - share * (vector[at] ?? 0);
      if (row % ROWS_A_STEP === 0) yield;
    }
  }
  return basis;
}

function dot(matrix: Float64Array, start: number, vector: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < vector.length; at++) sum += (matrix[start + at] ?? 0) * (vector[at] ?? 0);
  return sum;
}
