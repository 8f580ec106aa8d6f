/**
 * How wide a beam must be for a recall at 10, measured on 100,000 text embeddings at the default degree, with room to
 * spare. Ascending.
 */
const MEASURED: readonly { readonly recall: number; readonly beam: number }[] = [
  { recall: 0.9, beam: 40 },
  { recall: 0.95, beam: 80 },
  { recall: 0.98, beam: 160 },
  { recall: 0.99, beam: 320 },
  { recall: 0.995, beam: 640 },
];
const MEASURED_SIZE = 100_000;
const WIDEST = 2048;

/**
 * The width of a beam that finds `recall` of the ten nearest of `size` vectors, as a rule.
 *
 * It grows with the square root of the size beyond the one that was measured.
 */
export function beamFor(recall: number, size: number): number {
  const beam = MEASURED.find((each) => recall <= each.recall)?.beam ?? WIDEST;
  return Math.min(WIDEST, Math.ceil(beam * Math.sqrt(Math.max(1, size / MEASURED_SIZE))));
}
