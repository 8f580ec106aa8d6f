import { DamagedIndexError } from '../errors/damaged-index-error.js';
import { SavedBlocks } from '../saved-blocks.js';
import { type IntegersOf, type IntegerWidth, integersOf } from './little-endian.js';

/** The blocks of a saved sparse index. What contradicts itself is a {@link DamagedIndexError}. */
export class SparseBlocks<Header> extends SavedBlocks<Header> {
  /**
   * A block as little-endian integers: a view where the platform and the alignment allow.
   *
   * @param count how many they must be; as many as there are when left out
   * @throws {DamagedIndexError} it is missing, or of another size
   */
  integers<Width extends IntegerWidth>(name: string, width: Width, count?: number): IntegersOf<Width> {
    const block = count === undefined ? this.whole(name) : this.bytes(name, width * count);
    if (block.length % width === 0) return integersOf(block, width);
    throw this.refused(`block '${name}' has ${block.length} bytes, no multiple of ${width}`);
  }

  /**
   * Integers from 0 on that never fall: where parts begin, and where the last one ends.
   *
   * @throws {DamagedIndexError} they do
   */
  starts(name: string, count?: number): Uint32Array {
    const starts = this.integers(name, 4, count);
    if (starts[0] !== 0) throw this.refused(`'${name}' does not begin with 0`);
    for (let at = 1; at < starts.length; at++) {
      if ((starts[at] ?? 0) < (starts[at - 1] ?? 0)) throw this.refused(`'${name}' decreases at ${at}`);
    }
    return starts;
  }

  override refused(problem: string, cause?: unknown): DamagedIndexError {
    return new DamagedIndexError({ kind: this.kind, problem, cause });
  }
}
