import { expect, it } from 'vitest';
import { normalTail } from './normal-tail.js';

// From a table of the normal distribution.
it.each([
  [0, 0.5],
  [0.5, 0.30853754],
  [1, 0.15865525],
  [1.959964, 0.025],
  [3, 0.001349898],
  [-1, 0.84134475],
  [40, 0],
  [Number.POSITIVE_INFINITY, 0],
])('above %d is %d', (value, expected) => expect(Math.abs(normalTail(value) - expected)).toBeLessThan(1.5e-7));
