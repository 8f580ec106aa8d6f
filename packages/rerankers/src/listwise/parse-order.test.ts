import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOrder } from './parse-order.js';

it.each([
  { answer: '[2] > [3] > [1]', order: [1, 2, 0] },
  { answer: 'Of the 3 passages, the best are: [3] > [1]', order: [2, 0, 1] },
  { answer: '3, 1, 2', order: [2, 0, 1] },
  { answer: '[3] > [3] > [9] > [0] > [2]', order: [2, 1, 0] },
  { answer: '<think>[1] or [2]? </think>[3]', order: [2, 0, 1] },
  { answer: '[ 2 ]', order: [1, 0, 2] },
  { answer: 'I cannot help with that.', order: [0, 1, 2] },
  { answer: '', order: [0, 1, 2] },
  { answer: '[99999999999999999999] > [2]', order: [1, 0, 2] },
])('reads "$answer"', ({ answer, order }) => {
  expect([...parseOrder(answer, 3)]).toEqual(order);
});

it('never loses or repeats a passage, whatever was answered', () => {
  const answers = fc.oneof(
    fc.string(),
    fc.array(fc.integer({ min: -2, max: 30 })).map((list) => list.join('] > [')),
  );
  fc.assert(
    fc.property(answers, fc.nat(20), (answer, count) => {
      const order = parseOrder(answer, count);
      expect([...order].sort((left, right) => left - right)).toEqual(Array.from({ length: count }, (_, at) => at));
    }),
  );
});
