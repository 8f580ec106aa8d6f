import { expect, it } from 'vitest';
import { fixed4, outputLine } from './c-format.js';

// What printf("%6.4f") of glibc prints.
it.each([
  [1 / 32, '0.0312'],
  [3 / 32, '0.0938'],
  [5 / 32, '0.1562'],
  [-1 / 32, '-0.0312'],
  [-3 / 32, '-0.0938'],
  [-412.66666666666669, '-412.6667'],
  [0.00005, '0.0001'],
  [0.99995, '1.0000'],
  [0.12345, '0.1235'],
  [0, '0.0000'],
  [1, '1.0000'],
])('%d is %s', (value, text) => expect(fixed4(value)).toBe(text));

it('pads names to 22 columns', () => {
  expect(outputLine('map', 'all', '0.1785')).toBe('map                   \tall\t0.1785\n');
});
