/** Candidates that hold a share of the ten nearest of 100,000 text embeddings, for graphs of degree 16. Ascending. */
const MEASURED: readonly { readonly recall: number; readonly wanted: number }[] = [
  { recall: 0.9, wanted: 48 },
  { recall: 0.95, wanted: 96 },
  { recall: 0.98, wanted: 192 },
  { recall: 0.99, wanted: 384 },
];
const MEASURED_SIZE = 100_000;
const MOST = 1024;

/**
 * How many candidates to ask of an engine for a recall, as a rule with room to spare: it cannot be known of engines in
 * general. Grows with the square root of the size beyond the one that was measured.
 */
export function wantedFor(recall: number, size: number): number {
  const wanted = MEASURED.find((each) => recall <= each.recall)?.wanted ?? MOST;
  return Math.min(MOST, Math.ceil(wanted * Math.sqrt(Math.max(1, size / MEASURED_SIZE))));
}
