// What all threads share and change: the entry of the graph and its level, which node is to be linked next, whether to
// stop, and locks of nodes. A node's lock is held while its links are changed; they are read without it, because each
// is written at once and stays a node.

// @ts-ignore: decorator
@inline
export const ENTRY: usize = 0;
// @ts-ignore: decorator
@inline
export const TOP_LEVEL: usize = 4;
// @ts-ignore: decorator
@inline
export const NEXT: usize = 8;
// @ts-ignore: decorator
@inline
export const STOP: usize = 12;
// @ts-ignore: decorator
@inline
export const LOCK: usize = 16;
// @ts-ignore: decorator
@inline
const NODE_LOCKS: usize = 64;
// @ts-ignore: decorator
@inline
const NODE_LOCK_MASK: usize = 1023;

// @ts-ignore: decorator
@inline
export function lock(at: usize): void {
  while (atomic.cmpxchg<i32>(at, 0, 1) != 0);
}

// @ts-ignore: decorator
@inline
export function unlock(at: usize): void {
  atomic.store<i32>(at, 0);
}

/** Nodes share locks; a thread holds one at a time, so that none waits for itself. */
// @ts-ignore: decorator
@inline
export function lockOf(root: usize, node: u32): usize {
  return root + NODE_LOCKS + ((<usize>node & NODE_LOCK_MASK) << 2);
}
