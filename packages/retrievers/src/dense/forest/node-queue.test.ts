import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NodeQueue } from './node-queue.js';

it('gives the highest priority first, among equals the lowest node, as sorting does', () => {
  // Whole numbers, so that equal priorities are common; below 0 nothing is taken out, else something is put in.
  const actions = fc.array(fc.integer({ min: -3, max: 5 }), { maxLength: 60 });
  fc.assert(
    fc.property(actions, (priorities) => {
      const queue = new NodeQueue();
      const expected: { priority: number; node: number }[] = [];
      for (const [node, priority] of priorities.entries()) {
        if (priority >= 0) {
          queue.push(priority, node);
          expected.push({ priority, node });
          expected.sort((left, right) => right.priority - left.priority || left.node - right.node);
          continue;
        }
        const first = expected.shift();
        expect(queue.pop()).toBe(first !== undefined);
        if (first) expect({ priority: queue.priority, node: queue.node }).toEqual(first);
      }
    }),
  );
});
