import { expect, it } from 'vitest';
import { parseRequirement } from './requirement.js';

it.each([
  { requirement: 'dense', parsed: { subject: 'column', source: 'dense' } },
  { requirement: 'dense.cosine', parsed: { subject: 'column', source: 'dense', scale: 'cosine' } },
  { requirement: 'query.dense', parsed: { subject: 'query', source: 'dense' } },
  { requirement: 'query', parsed: { subject: 'column', source: 'query' } },
])('takes $requirement apart', ({ requirement, parsed }) => {
  expect(parseRequirement(requirement)).toEqual(parsed);
});
