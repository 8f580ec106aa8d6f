/** Nodes, the one with the highest priority first; among equals, the one of the lowest number. */
export class NodeQueue {
  readonly #priorities: number[] = [];
  readonly #nodes: number[] = [];
  /** What {@link pop} took out last. */
  node = 0;
  priority = 0;

  push(priority: number, node: number): void {
    let at = this.#nodes.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(priority, node, this.#priorities[parent] ?? 0, this.#nodes[parent] ?? 0)) break;
      this.#place(at, this.#priorities[parent] ?? 0, this.#nodes[parent] ?? 0);
      at = parent;
    }
    this.#place(at, priority, node);
  }

  /** Takes the first out, into `node` and `priority`; false when there is none. */
  pop(): boolean {
    const priority = this.#priorities.pop();
    const node = this.#nodes.pop();
    if (priority === undefined || node === undefined) return false;
    const size = this.#nodes.length;
    this.node = this.#nodes[0] ?? node;
    this.priority = this.#priorities[0] ?? priority;
    if (size > 0) this.#sink(priority, node, size);
    return true;
  }

  #sink(priority: number, node: number, size: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBeforeAt(child + 1, child)) child++;
      if (!isBefore(this.#priorities[child] ?? 0, this.#nodes[child] ?? 0, priority, node)) break;
      this.#place(at, this.#priorities[child] ?? 0, this.#nodes[child] ?? 0);
      at = child;
    }
    this.#place(at, priority, node);
  }

  #isBeforeAt(one: number, other: number): boolean {
    const [left = 0, right = 0] = [this.#priorities[one], this.#priorities[other]];
    return isBefore(left, this.#nodes[one] ?? 0, right, this.#nodes[other] ?? 0);
  }

  #place(at: number, priority: number, node: number): void {
    this.#priorities[at] = priority;
    this.#nodes[at] = node;
  }
}

function isBefore(priority: number, node: number, otherPriority: number, otherNode: number): boolean {
  return priority > otherPriority || (priority === otherPriority && node < otherNode);
}
