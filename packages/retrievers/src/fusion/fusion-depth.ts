/** Depth at which the fusions here were measured; deeper lists changed no ranking of the first ten that mattered. */
const MEASURED_DEPTH = 100;

/** How deep sources are asked: a document that one source ranks low may be lifted by another. */
export function fusionDepth(topK: number): number {
  return Math.max(topK, MEASURED_DEPTH);
}
