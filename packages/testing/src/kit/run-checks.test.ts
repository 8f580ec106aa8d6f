import { expect, it } from 'vitest';
import type { Check } from './check.js';
import { failedChecks, unknownSkips } from './run-checks.js';

const checks: Check[] = [
  { name: 'holds', check: () => {} },
  {
    name: 'throws',
    check: () => {
      throw new Error('broken');
    },
  },
  { name: 'rejects', check: () => Promise.reject(new Error('broken')) },
];

it('names the checks that fail', async () => {
  expect(await failedChecks(checks)).toEqual(['throws', 'rejects']);
});

it('names the skips that match no check', () => {
  const skips = [
    { test: 'throws', because: 'it does' },
    { test: 'throw', because: 'a slip of the pen' },
  ];
  expect(unknownSkips(checks, skips)).toEqual(['throw']);
});
