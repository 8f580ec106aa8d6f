/**
 * Hands out the same array while the length stays, with whatever is in it. Training asks for the same lengths a hundred
 * thousand times; fresh arrays would have to be collected, which holds the event loop.
 */
export function workspace(): (length: number) => Float32Array {
  let kept = new Float32Array(0);
  return (length) => {
    if (kept.length !== length) kept = new Float32Array(length);
    return kept;
  };
}
