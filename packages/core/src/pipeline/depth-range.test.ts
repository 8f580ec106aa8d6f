import { expect, it } from 'vitest';
import { deepest, printDepth } from './depth-range.js';

it.each([
  { least: 50, greatest: 50, printed: '50' },
  { least: 1, greatest: 10, printed: 'at most 10' },
  { least: 100, greatest: deepest, printed: '100 or more' },
  { least: 1, greatest: deepest, printed: 'as asked' },
  { least: 2, greatest: 2 * deepest, printed: '2 or more' },
])('prints $least to $greatest as "$printed"', ({ printed, ...range }) => {
  expect(printDepth(range)).toBe(printed);
});
