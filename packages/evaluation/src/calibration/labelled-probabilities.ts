import { InvalidInputError } from '@sluice/core';

/** Predicted probabilities of relevance and what was true, pair by pair. */
export interface LabelledProbabilities {
  /** One a pair, 0 to 1. */
  readonly probabilities: Float32Array | Float64Array;
  /** 1 relevant, 0 not; as long as `probabilities`. */
  readonly labels: Uint8Array;
}

/** @throws {InvalidInputError} no pairs, unequal lengths, or a probability outside 0 to 1 (`row` names it) */
export function expectProbabilities({ probabilities, labels }: LabelledProbabilities): void {
  const advice = 'Pass one probability and one label for each pair.';
  if (probabilities.length === 0) throw new InvalidInputError({ source: 'probabilities' }, 'there are none', advice);
  if (probabilities.length !== labels.length) {
    const lengths = `${probabilities.length} probabilities and ${labels.length} labels`;
    throw new InvalidInputError({ source: 'probabilities' }, lengths, advice);
  }
  const row = probabilities.findIndex((probability) => !(probability >= 0 && probability <= 1));
  if (row >= 0) {
    const problem = 'a probability is not between 0 and 1';
    throw new InvalidInputError({ source: 'probabilities', row }, problem, 'Calibrate the scores first.');
  }
}
