import { isSluiceError } from '@sluice/core';
import { KernelMemory, WindowedPostings } from '@sluice/kernels';
import type { ImpactIndex } from './impact-index.js';

/** Postings from which on a memory of its own is worth its milliseconds. */
const LEAST_COMPILED = 20_000;

const opened = new WeakMap<ImpactIndex, WindowedPostings | 'none'>();

/**
 * The postings of an index in a kernel memory: copied there when they are first searched, then shared by all searchers.
 * `undefined` where there is no SIMD, no room, or so few that a copy is not worth it.
 */
export function windowedPostingsOf(index: ImpactIndex): WindowedPostings | undefined {
  const known = opened.get(index);
  if (known) return known === 'none' ? undefined : known;
  const postings = index.postings < LEAST_COMPILED ? undefined : copyTo(new KernelMemory(), index);
  opened.set(index, postings ?? 'none');
  return postings;
}

/** A copy in a memory; `undefined` where there is no SIMD or no room. */
export function copyTo(memory: KernelMemory, index: ImpactIndex): WindowedPostings | undefined {
  try {
    return memory.kernels && new WindowedPostings(memory, index);
  } catch (error) {
    if (isSluiceError(error, 'SLUICE_MEMORY_LIMIT')) return undefined;
    throw error;
  }
}
