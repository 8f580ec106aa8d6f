import { expect, it } from 'vitest';
import { capturedRecall } from './captured-recall.js';

it.each([
  { why: 'all by all trees', captures: [5, 5, 5], recall: 1 },
  { why: 'none by one tree only', captures: [2, 3, 4, 5], recall: 1 },
  // Four by one tree, two by two: 16 / 4 = 4 are missed, times 4/5.
  { why: 'some by one, some by two', captures: [1, 1, 1, 1, 2, 2, 3], recall: 7 / (7 + 3.2) },
  // Three by one tree, none by two: 3 * 2 / 2 = 3 are missed, times 4/5.
  { why: 'some by one, none by two', captures: [1, 1, 1, 4], recall: 4 / (4 + 2.4) },
])('$why', ({ captures, recall }) => expect(capturedRecall(5, Uint32Array.from(captures))).toBeCloseTo(recall, 12));
