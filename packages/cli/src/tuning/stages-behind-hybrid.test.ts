import { expect, it } from 'vitest';
import { stagesBehindHybrid } from './stages-behind-hybrid.js';

const fuse = { type: 'fuse', sources: [{ type: 'dense' }, { type: 'bm25', k1: 2 }], by: { type: 'rrf' } };
const take = { type: 'take', topK: 5 };

it.each([
  { choice: 'hybrid', behind: [] },
  { choice: { type: 'hybrid' }, behind: [] },
  { choice: fuse, behind: [] },
  { choice: { type: 'pipeline', stages: [{ type: 'hybrid' }, take] }, behind: [take] },
  { choice: { type: 'pipeline', stages: [fuse, take, take] }, behind: [take, take] },
])('of $choice are $behind', ({ choice, behind }) => {
  expect(stagesBehindHybrid({ name: 'mine', choice })).toEqual(behind);
});

it.each([
  'bm25',
  { type: 'dense' },
  { ...fuse, sources: [...fuse.sources, { type: 'splade' }] },
  { type: 'pipeline', stages: [{ type: 'bm25' }, take] },
  { type: 'pipeline', stages: [] },
])('there is nothing to tune in %j', (choice) => {
  const refusal = { code: 'SLUICE_INVALID_INPUT', source: 'mine.yaml', message: expect.stringMatching(/begin with/) };
  expect(() => stagesBehindHybrid({ name: 'mine', choice, file: 'mine.yaml' })).toThrow(
    expect.objectContaining(refusal),
  );
});
