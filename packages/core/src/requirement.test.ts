import { expect, it } from 'vitest';
import { parseRequirement } from './requirement.js';

it.each([
  { requirement: 'dense', parsed: { subject: 'column', source: 'dense' } },
  { requirement: 'dense.cosine', parsed: { subject: 'column', source: 'dense', scale: 'cosine' } },
  { requirement: 'query.dense', parsed: { subject: 'query', source: 'dense' } },
  { requirement: 'bge-v1.5.cosine', parsed: { subject: 'column', source: 'bge-v1.5', scale: 'cosine' } },
  { requirement: 'query.bge-v1.5', parsed: { subject: 'query', source: 'bge-v1.5' } },
  { requirement: 'query', parsed: { subject: 'column', source: 'query' } },
])('takes $requirement apart', ({ requirement, parsed }) => {
  expect(parseRequirement(requirement)).toEqual(parsed);
});
