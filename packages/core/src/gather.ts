/** The values at `positions`, in that order; NaN where there is none. */
export function gatherFloats(values: Float32Array, positions: Uint32Array): Float32Array {
  const picked = new Float32Array(positions.length);
  for (let at = 0; at < positions.length; at++) picked[at] = values[positions[at] ?? 0] ?? Number.NaN;
  return picked;
}

/** The values at `positions`, in that order; 0 where there is none. */
export function gatherIntegers(values: Uint32Array, positions: Uint32Array): Uint32Array {
  const picked = new Uint32Array(positions.length);
  for (let at = 0; at < positions.length; at++) picked[at] = values[positions[at] ?? 0] ?? 0;
  return picked;
}
