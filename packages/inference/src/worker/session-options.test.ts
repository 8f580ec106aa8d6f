import { expect, it } from 'vitest';
import { sessionOptions } from './session-options.js';

it.each([
  { arithmetic: 'overflows', weights: '1' },
  { arithmetic: 'exact', weights: '0' },
] as const)('sets up int8 for a processor whose arithmetic is: $arithmetic', async ({ arithmetic, weights }) => {
  const options = await sessionOptions({ precision: 'int8', threads: 3, arithmetic: async () => arithmetic });
  expect(options).toMatchObject({ intraOpNumThreads: 3, extra: { session: { x64quantprecision: weights } } });
});

it('does not ask about int8 for float32', async () => {
  const arithmetic = (): never => {
    throw new Error('asked');
  };
  const options = await sessionOptions({ precision: 'float32', threads: 1, arithmetic });
  expect(options.extra).toMatchObject({ session: { x64quantprecision: '0' } });
});
