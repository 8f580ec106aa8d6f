/**
 * Turns a rotation by disjoint plane rotations that bring rotated points nearer to their reconstructions, each by the
 * best angle for its pair of rows, so that the distortion can only fall and the rotation stays orthogonal to double
 * precision.
 *
 * With M = sum of (R x) x̂ᵀ, what falls is twice the trace of M; turning rows i and j by an angle changes it by a sum of a
 * cosine and a sine, whose maximum is known. Pairs are chosen greedily, the best partner of each row by gain.
 *
 * Source: the pairs and the skew matrix M - Mᵀ of arXiv 2203.05082; the exact angle instead of a gradient step is that
 * of Jacobi's method.
 *
 * @param rotation row-major, `width` x `width`, changed
 * @param moments M, changed along with it
 * @param steps sets of disjoint pairs that are turned one after the other
 */
export function givensSteps(rotation: Float64Array, moments: Float64Array, width: number, steps: number): void {
  for (let step = 0; step < steps; step++) {
    const pairs = bestPairs(moments, width);
    if (pairs.length === 0) return;
    for (const { one, other } of pairs) {
      const angle = bestAngle(moments, width, one, other);
      turnRows(rotation, width, one, other, angle);
      turnRows(moments, width, one, other, angle);
    }
  }
}

interface Pair {
  readonly one: number;
  readonly other: number;
  readonly gain: number;
}

function bestPairs(moments: Float64Array, width: number): Pair[] {
  const candidates: Pair[] = [];
  const smallest = 1e-12 * Math.abs(traceOf(moments, width));
  for (let one = 0; one < width; one++) {
    let [other, gain] = [-1, smallest];
    for (let second = one + 1; second < width; second++) {
      const found = gainOf(moments, width, one, second);
      if (found > gain) [other, gain] = [second, found];
    }
    if (other !== -1) candidates.push({ one, other, gain });
  }
  const isTaken = new Uint8Array(width);
  return candidates
    .sort((left, right) => right.gain - left.gain || left.one - right.one)
    .filter(({ one, other }) => {
      if (isTaken[one] === 1 || isTaken[other] === 1) return false;
      isTaken[one] = 1;
      isTaken[other] = 1;
      return true;
    });
}

/** The trace is `cosine` cos(angle) + `sine` sin(angle) over these two rows. */
function gainOf(moments: Float64Array, width: number, one: number, other: number): number {
  const { cosine, sine } = parts(moments, width, one, other);
  return Math.sqrt(cosine * cosine + sine * sine) - cosine;
}

function bestAngle(moments: Float64Array, width: number, one: number, other: number): number {
  const { cosine, sine } = parts(moments, width, one, other);
  return Math.atan2(sine, cosine);
}

function parts(moments: Float64Array, width: number, one: number, other: number): { cosine: number; sine: number } {
  const cosine = (moments[one * width + one] ?? 0) + (moments[other * width + other] ?? 0);
  const sine = (moments[other * width + one] ?? 0) - (moments[one * width + other] ?? 0);
  return { cosine, sine };
}

function turnRows(matrix: Float64Array, width: number, one: number, other: number, angle: number): void {
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  for (let column = 0; column < width; column++) {
    const [first, second] = [one * width + column, other * width + column];
    const [x = 0, y = 0] = [matrix[first], matrix[second]];
    matrix[first] = cosine * x + sine * y;
    matrix[second] = cosine * y - sine * x;
  }
}

function traceOf(moments: Float64Array, width: number): number {
  let trace = 0;
  for (let at = 0; at < width; at++) trace += moments[at * width + at] ?? 0;
  return trace;
}
