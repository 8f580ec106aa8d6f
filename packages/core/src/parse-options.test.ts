import { expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidOptionsError } from './errors/invalid-options-error.js';
import { parseOptions } from './parse-options.js';

const schema = z
  .strictObject({ threshold: z.number().min(0).max(1).default(0.5), weights: z.array(z.number()).default([]) })
  .meta({ title: 'floor' });

function refusalOf(options: unknown, owner?: string): unknown {
  try {
    return parseOptions(schema, options, owner);
  } catch (error) {
    return error;
  }
}

it('fills in defaults', () => {
  expect(parseOptions(schema, {})).toEqual({ threshold: 0.5, weights: [] });
});

it('names every wrong field, from the first', () => {
  const error = refusalOf({ threshold: 2, weights: [1, 'x'] });
  expect(error).toBeInstanceOf(InvalidOptionsError);
  expect(error).toMatchObject({ owner: 'floor', path: 'threshold' });
  expect(error).toMatchObject({ issues: [{ path: 'threshold' }, { path: 'weights.1' }] });
});

it('refuses unknown fields, and names who refused', () => {
  const error = refusalOf({ treshold: 0.5 }, 'probabilityFloor');
  expect(error).toMatchObject({
    owner: 'probabilityFloor',
    message: expect.stringMatching(/^probabilityFloor: .*treshold/),
  });
});
