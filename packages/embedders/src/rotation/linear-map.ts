import { InvalidInputError } from '@sluice/core';
import { sha256 } from '../static/sha256.js';

/** How a map was made, which decides what it keeps. */
export type LinearMapKind = 'rotation' | 'tldr';

/**
 * A linear map of vectors, the same for queries and documents, whose leading outputs matter most.
 *
 * A `rotation` is orthogonal: at full width every inner product is what it was. A `tldr` map keeps neighbours, not
 * lengths, and is for cosines.
 */
export interface LinearMap {
  readonly kind: LinearMapKind;
  /** Columns of the vectors that it takes. */
  readonly inputs: number;
  /** Columns of the vectors that it gives, at most `inputs`. */
  readonly outputs: number;
  /** Row-major, `outputs` x `inputs`: output `r` is the inner product of row `r` and the vector. */
  readonly weights: Float32Array;
  /** Names the kind, the shape and the weights. */
  readonly fingerprint: string;
}

/**
 * A map over `weights`, not copied.
 *
 * @throws {InvalidInputError} the weights do not fit the shape, or one is not finite
 */
export async function linearMap(
  { kind, inputs, outputs }: Pick<LinearMap, 'kind' | 'inputs' | 'outputs'>,
  weights: Float32Array,
): Promise<LinearMap> {
  if (outputs < 1 || outputs > inputs || weights.length !== inputs * outputs) {
    throw refused(`${weights.length} weights do not make ${outputs} rows of ${inputs}, as many as columns at most`);
  }
  if (!weights.every(Number.isFinite)) throw refused('a weight is not a finite number');
  const hash = await sha256(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength));
  return { kind, inputs, outputs, weights, fingerprint: `${kind}:${outputs}x${inputs}:${hash}` };
}

function refused(problem: string): InvalidInputError {
  return new InvalidInputError({ source: 'linear map' }, problem, 'Fit the map again.');
}
