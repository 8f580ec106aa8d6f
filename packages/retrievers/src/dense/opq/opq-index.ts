import { parseOptions } from '@sluice/core';
import { emptyPq, type PqIndex } from '../pq/pq-index.js';
import { type OpqIndexOptions, opqIndexOptions } from '../pq/pq-options.js';

/**
 * As `pqIndex`, with vectors turned before they are divided into parts, so that less is lost: the rotation and the
 * codebooks are learnt in turns. `loadPqIndex` loads it.
 *
 * Pays where columns of different parts go together, or say very different amounts; training is slower.
 *
 * Sources: Ge, He, Ke and Sun 2013 (`procrustes`); arXiv 2203.05082 (`givens`).
 *
 * @throws {InvalidOptionsError} an option is out of range; `path` names it
 * @example const index = opqIndex({ dimensions: 768, similarity: 'cosine', parts: 64, rotation: 'givens' });
 */
export function opqIndex(options: OpqIndexOptions): PqIndex {
  return emptyPq(parseOptions(opqIndexOptions, options, 'opqIndex'));
}
