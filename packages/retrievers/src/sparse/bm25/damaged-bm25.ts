import { DamagedPostings } from '@sluice/kernels';
import { DamagedIndexError } from '../../errors/damaged-index-error.js';

const KIND = 'bm25';

/** The error for a saved BM25 index that contradicts itself. */
export function damagedBm25(problem: string, cause?: unknown): DamagedIndexError {
  return new DamagedIndexError({ kind: KIND, problem, cause });
}

/** What `read` reads from postings. @throws {DamagedIndexError} they are not what an index writes */
export function sound<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof DamagedPostings)) throw cause;
    throw damagedBm25(`postings of term ${cause.term} are out of order or of range`, cause);
  }
}
