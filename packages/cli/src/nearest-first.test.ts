import { expect, it } from 'vitest';
import { nearestFirst } from './nearest-first.js';

const names = ['year', 'language', 'path', 'heading', 'line'];

it.each([
  { asked: 'langauge', first: ['language'], near: 1, why: 'two letters swapped' },
  { asked: 'Path', first: ['path'], near: 1, why: 'another case' },
  { asked: 'lin', first: ['line'], near: 1, why: 'a letter is missing' },
  { asked: 'headings', first: ['heading'], near: 1, why: 'a letter too many' },
  { asked: 'yeer', first: ['year'], near: 1, why: 'another letter' },
  {
    asked: 'author',
    first: ['heading', 'language', 'line', 'path', 'year'],
    near: 0,
    why: 'none is meant: the alphabet',
  },
  { asked: 'x', first: ['heading'], near: 0, why: 'one letter is no misspelling of four' },
  { asked: 'line'.repeat(1e5), first: ['heading'], near: 0, why: 'a long one' },
])('$why', ({ asked, first, near }) => {
  const found = nearestFirst(asked, names);
  expect(found.names.slice(0, first.length)).toEqual(first);
  expect(found.near).toBe(near);
  expect([...found.names].sort()).toEqual([...names].sort());
});

it('puts the nearest of several first', () => {
  expect(nearestFirst('lines', ['limes', 'lines2', 'lists', 'other'])).toEqual({
    names: ['limes', 'lines2', 'lists', 'other'],
    near: 2,
  });
});
