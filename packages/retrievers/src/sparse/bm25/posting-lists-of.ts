import { KernelMemory, PostingLists } from '@sluice/kernels';
import type { Bm25Index } from './bm25-index.js';

const opened = new WeakMap<Bm25Index, PostingLists>();

/** The postings of an index in a kernel memory: copied there when they are first searched, then shared by all searchers. */
export function postingListsOf(index: Bm25Index): PostingLists {
  const known = opened.get(index);
  if (known) return known;
  const lists = new PostingLists(new KernelMemory(), index.lists);
  opened.set(index, lists);
  return lists;
}
