import { FLOAT32_COLUMNS, type KernelMemory, type Region, scoreFloat32 } from '@sluice/kernels';

/** Weight of the fallback, relative to the matrix: keeps every singular value above it, so that few rounds are enough. */
const FALLBACK_SHARE = 0.01;
const MOST_ROUNDS = 40;
/** Mean squared change of a column at which float32 has no more to say. */
const SETTLED = 1e-10;

/**
 * The orthogonal matrix U Vᵀ of a square matrix U S Vᵀ: the rotation that best turns one set of points into another
 * (Procrustes). Where singular values vanish it is not determined; there it stays near `fallback`.
 *
 * Newton and Schulz's iteration: X becomes X (3 - XᵀX) / 2, products only, which the kernels do. The last round is in
 * double precision, and each squares what is missing: the result is orthogonal to 1e-6.
 *
 * Sources: Schönemann 1966; Higham, "Functions of Matrices", 2008, section 8.3.
 *
 * @param matrix row-major, `width` x `width`
 * @param fallback orthogonal
 */
export function polarFactor(
  memory: KernelMemory,
  matrix: Float32Array,
  fallback: Float32Array,
  width: number,
): Float32Array {
  const norm = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  if (norm === 0) return fallback.slice();
  const kept = (FALLBACK_SHARE * norm) / Math.sqrt(width);
  // Frobenius' norm bounds the largest singular value, and below the root of 3 the iteration converges.
  const scale = 1 / (norm + kept * Math.sqrt(width));
  const start = matrix.map((value, at) => (value + kept * (fallback[at] ?? 0)) * scale * Math.sqrt(2));
  return polished(iterated(memory, start, width), width);
}

function iterated(memory: KernelMemory, start: Float32Array, width: number): Float32Array {
  const columns = Math.ceil(width / FLOAT32_COLUMNS) * FLOAT32_COLUMNS;
  const region = memory.allocate(4 * width * columns * 4);
  try {
    let current = start;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const next = oneRound(memory, region, current, width, columns);
      let change = 0;
      for (let at = 0; at < next.length; at++) change += ((next[at] ?? 0) - (current[at] ?? 0)) ** 2;
      current = next;
      if (change <= SETTLED * width) break;
    }
    return current;
  } finally {
    memory.free(region);
  }
}

/** X (3 - XᵀX) / 2, from two products of rows with rows. */
function oneRound(
  memory: KernelMemory,
  region: Region,
  current: Float32Array,
  width: number,
  columns: number,
): Float32Array {
  const bytes = width * columns * 4;
  const rows = region.float32(0, width * columns).fill(0);
  const across = region.float32(bytes, width * columns).fill(0);
  const gram = region.float32(2 * bytes, width * columns).fill(0);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const value = current[row * width + column] ?? 0;
      rows[row * columns + column] = value;
      across[column * columns + row] = value;
    }
  }
  const products = region.float32(3 * bytes, width * width);
  scoreFloat32(memory, { metric: 'dot', queries: across, rows: across, scores: products, columns });
  for (let row = 0; row < width; row++) {
    gram.set(products.subarray(row * width, (row + 1) * width), row * columns);
  }
  scoreFloat32(memory, { metric: 'dot', queries: rows, rows: gram, scores: products, columns });
  return current.map((value, at) => 1.5 * value - 0.5 * (products[at] ?? 0));
}

/** One round in double precision. */
function polished(matrix: Float32Array, width: number): Float32Array {
  const gram = new Float64Array(width * width);
  for (let row = 0; row < width; row++) {
    for (let left = 0; left < width; left++) {
      const value = matrix[row * width + left] ?? 0;
      for (let right = 0; right < width; right++) {
        const at = left * width + right;
        gram[at] = (gram[at] ?? 0) + value * (matrix[row * width + right] ?? 0);
      }
    }
  }
  const better = new Float32Array(width * width);
  const sum = new Float64Array(width);
  for (let row = 0; row < width; row++) {
    sum.fill(0);
    for (let middle = 0; middle < width; middle++) {
      const value = matrix[row * width + middle] ?? 0;
      for (let column = 0; column < width; column++) {
        sum[column] = (sum[column] ?? 0) + value * (gram[middle * width + column] ?? 0);
      }
    }
    for (let column = 0; column < width; column++) {
      better[row * width + column] = 1.5 * (matrix[row * width + column] ?? 0) - 0.5 * (sum[column] ?? 0);
    }
  }
  return better;
}
