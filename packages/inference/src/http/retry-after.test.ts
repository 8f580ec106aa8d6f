import { expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);

it.each([
  [{}, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-1' }, 0],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': ' 7 ' }, 7000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:04:15 GMT' }, 10_000],
  [{ 'retry-after': 'Fri, 02 Jan 2026 03:03:05 GMT' }, 0],
  [{ 'retry-after': '7', 'retry-after-ms': '250' }, 250],
  [{ 'retry-after': '7', 'retry-after-ms': 'x' }, 7000],
])('%o', (headers, expected) => {
  expect(retryAfterMs(new Headers(Object.entries(headers)), now)).toBe(expected);
});
