import { InvalidInputError } from '../errors/invalid-input-error.js';
import { type Tridiagonal, tridiagonal } from './tridiagonal.js';

/** What a symmetric matrix stretches, and by how much. */
export interface SymmetricEigen {
  /** Falling. */
  readonly values: Float64Array;
  /**
   * Row-major, orthogonal: row k belongs to value k. The largest number of a row (the first of equals) is positive, so
   * that the same matrix gives the same rows.
   */
  readonly vectors: Float64Array;
}

/** Two or three are usual. */
const MOST_SWEEPS = 60;
const TURNS_A_STEP = 32;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, in steps of well under a millisecond up to 2,000 columns.
 *
 * Cost: some 7 x width³ multiplications.
 *
 * Source: tridiagonal form, then implicit QL with Wilkinson's shift; Golub and Van Loan, "Matrix Computations",
 * section 8.3.
 *
 * @param matrix row-major, `width` x `width`, finite; used as scratch
 * @throws {InvalidInputError} a value was not found: the matrix is not symmetric, or not finite
 */
export function* symmetricEigen(matrix: Float64Array, width: number): Generator<void, SymmetricEigen> {
  const form = yield* tridiagonal(matrix, width);
  const smallest = Number.EPSILON * sizeOf(form);
  for (let first = 0; first < width; first++) {
    let sweeps = 0;
    for (let last = endOfBlock(form, first, smallest); last !== first; last = endOfBlock(form, first, smallest)) {
      if (++sweeps > MOST_SWEEPS) throw notFound();
      yield* sweep(form, first, last, width);
    }
  }
  return sorted(form, width);
}

/** The largest row of T, by the sum of what is on and after its diagonal. */
function sizeOf({ diagonal, beside }: Tridiagonal): number {
  return diagonal.reduce((largest, value, at) => Math.max(largest, Math.abs(value) + Math.abs(beside[at] ?? 0)), 0);
}

/**
 * The first place from `first` on where T falls apart: what is beside the diagonal vanishes in the rounding of the whole
 * matrix. Compared with its neighbours alone it might never, where many values are 0.
 */
function endOfBlock({ beside }: Tridiagonal, first: number, smallest: number): number {
  for (let at = first; at < beside.length - 1; at++) {
    if (!(Math.abs(beside[at] ?? 0) > smallest)) return at;
  }
  return beside.length - 1;
}

/**
 * One QL sweep over rows `first` to `last`: plane turns from the bottom up, each of which moves the disturbance of the
 * shift up by a row, to the end that the entry beside `first` shrinks by its cube.
 */
function* sweep(
  { diagonal, beside, basis }: Tridiagonal,
  first: number,
  last: number,
  width: number,
): Generator<void, void> {
  let remainder = (diagonal[last] ?? 0) - shiftAt(diagonal, beside, first);
  let [sine, cosine, moved] = [1, 1, 0];
  for (let row = last - 1; row >= first; row--) {
    const [bulge, next] = [sine * (beside[row] ?? 0), cosine * (beside[row] ?? 0)];
    const length = Math.hypot(bulge, remainder);
    beside[row + 1] = length;
    if (length === 0) {
      // The block falls apart here by itself.
      diagonal[row + 1] = (diagonal[row + 1] ?? 0) - moved;
      beside[last] = 0;
      return;
    }
    sine = bulge / length;
    cosine = remainder / length;
    const base = (diagonal[row + 1] ?? 0) - moved;
    const change = ((diagonal[row] ?? 0) - base) * sine + 2 * cosine * next;
    moved = sine * change;
    diagonal[row + 1] = base + moved;
    remainder = cosine * change - next;
    turnRows(basis, width, row, sine, cosine);
    if (row % TURNS_A_STEP === 0) yield;
  }
  diagonal[first] = (diagonal[first] ?? 0) - moved;
  beside[first] = remainder;
  beside[last] = 0;
  yield;
}

/** The eigenvalue, nearer to the first entry, of the two rows at `first`. */
function shiftAt(diagonal: Float64Array, beside: Float64Array, first: number): number {
  const [value, side] = [diagonal[first] ?? 0, beside[first] ?? 0];
  const half = ((diagonal[first + 1] ?? 0) - value) / (2 * side);
  const root = Math.hypot(half, 1);
  return value - side / (half + (half >= 0 ? root : -root));
}

/** Turns rows `row` and `row + 1`. */
function turnRows(basis: Float64Array, width: number, row: number, sine: number, cosine: number): void {
  const start = row * width;
  for (let at = start; at < start + width; at++) {
    const [upper, lower] = [basis[at] ?? 0, basis[at + width] ?? 0];
    basis[at + width] = sine * upper + cosine * lower;
    basis[at] = cosine * upper - sine * lower;
  }
}

function sorted({ diagonal, basis }: Tridiagonal, width: number): SymmetricEigen {
  const order = Uint32Array.from(diagonal.keys()).sort((a, b) => (diagonal[b] ?? 0) - (diagonal[a] ?? 0) || a - b);
  const vectors = new Float64Array(width * width);
  for (const [at, row] of order.entries()) {
    const vector = basis.subarray(row * width, (row + 1) * width);
    const sign = signOf(vector);
    for (let column = 0; column < width; column++) vectors[at * width + column] = sign * (vector[column] ?? 0);
  }
  return { values: Float64Array.from(order, (row) => diagonal[row] ?? 0), vectors };
}

function signOf(vector: Float64Array): 1 | -1 {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? -1 : 1;
}

function notFound(): InvalidInputError {
  const problem = `an eigenvalue was not found in ${MOST_SWEEPS} sweeps`;
  return new InvalidInputError({ source: 'matrix' }, problem, 'Pass a symmetric matrix of finite numbers.');
}
