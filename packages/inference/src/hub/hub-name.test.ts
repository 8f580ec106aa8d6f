import { expect, it } from 'vitest';
import { isHubName, parseHubName } from './hub-name.js';

it.each([
  ['sentence-transformers/all-MiniLM-L6-v2', 'sentence-transformers/all-MiniLM-L6-v2', 'main'],
  ['BAAI/bge-small-en-v1.5@refs/pr/3', 'BAAI/bge-small-en-v1.5', 'refs/pr/3'],
  ['a/b@0123456789012345678901234567890123456789', 'a/b', '0123456789012345678901234567890123456789'],
])('reads %s', (text, model, revision) => {
  expect(parseHubName(text)).toEqual({ model, revision });
});

it.each([
  '',
  'static',
  'a/b/c',
  '/a/b',
  'a/',
  './a/b',
  '../b',
  'a/..',
  'a/.b',
  'a/b.',
  'a--b/c',
  'a/b.git',
  'a\\b',
  'a/b@',
  'a/b@../x',
  'a/b@x y',
  'a/b?c',
  'a/b#c',
  'a/b%2f',
  'hf:a/b',
  `a/${'b'.repeat(97)}`,
])('refuses %j', (text) => {
  expect(isHubName(text)).toBe(false);
  expect(() => parseHubName(text)).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_INPUT' }));
});
