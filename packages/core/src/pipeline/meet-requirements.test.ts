import { expect, it } from 'vitest';
import type { Requirement } from '../requirement.js';
import type { Retriever } from '../retriever.js';
import { probabilityScale } from '../scale.js';
import { fuse } from './fuse.js';
import { pipeline } from './pipeline.js';
import { rerank } from './rerank.js';
import type { Stage } from './stage.js';
import { depthSensitiveFusion, tableReranker, tableRetriever } from './table-components.fixture.js';

const requiring = (...requires: Requirement[]): Stage => ({
  name: 'needy',
  step: 'needy',
  requires,
  depth: (topK) => topK,
  apply: async (candidates) => candidates.map(({ ranking }) => ranking),
});

const silent = (name: string): Retriever => {
  const { scale, retrieve } = tableRetriever(name);
  return { name, scale, retrieve };
};

it.each([
  { why: 'an unknown source', requirement: 'colbert', says: /no source or stage before it gives 'colbert'/ },
  { why: 'another scale', requirement: 'dense.cosine', says: /on the scale dot/ },
  { why: 'a source that cannot complete', requirement: 'silent', says: /cannot be completed/ },
  { why: 'vectors of an unknown source', requirement: 'query.colbert', says: /no source is called 'colbert'/ },
  { why: 'vectors that a source does not have', requirement: 'query.silent', says: /does not encode queries/ },
  { why: 'a probability that nobody gives', requirement: 'probability', says: /'probability'/ },
])('refuses $why, with stage, requirement, sources and advice', ({ requirement, says }) => {
  const fused = fuse([tableRetriever('dense'), silent('silent')], depthSensitiveFusion());
  const refusal = expect.objectContaining({
    code: 'SLUICE_UNMET_REQUIREMENT',
    stage: 'needy',
    requirement,
    sources: ['dense', 'silent'],
    message: expect.stringMatching(says),
  });
  expect(() => pipeline(fused, requiring(requirement))).toThrow(refusal);
});

it('refuses a requirement that only a later stage would supply', () => {
  const cross = rerank(tableReranker(), { depth: 5 });
  expect(() => pipeline(tableRetriever('dense'), requiring('cross'), cross)).toThrow(/needy requires 'cross'/);
  expect(() => pipeline(tableRetriever('dense'), cross, requiring('cross'))).not.toThrow();
});

it('takes a column that a stage adds', () => {
  const calibrate: Stage = { ...requiring(), adds: [{ name: 'probability', scale: probabilityScale }] };
  const chain = pipeline(tableRetriever('dense'), calibrate, requiring('probability', 'probability.probability'));
  expect(chain.compile().steps).toEqual(['dense(topK: as asked)', 'needy', 'needy']);
});

it('takes a column from a source that cannot score, where no fusion stands between', () => {
  expect(() => pipeline(silent('silent'), requiring('silent', 'silent.dot'))).not.toThrow();
  expect(() => pipeline(fuse([silent('silent')], depthSensitiveFusion()), requiring('silent'))).not.toThrow();
});

it('finds columns whose names have dots', () => {
  const fused = fuse([tableRetriever('bge-v1.5'), tableRetriever('bm25')], depthSensitiveFusion());
  const { steps } = pipeline(fused, requiring('bge-v1.5', 'bge-v1.5.dot', 'query.bge-v1.5')).compile();
  expect(steps).toContain('complete(bge-v1.5)');
});

it('completes once for several stages', () => {
  const fused = fuse([tableRetriever('dense'), tableRetriever('bm25')], depthSensitiveFusion());
  const { steps } = pipeline(fused, requiring('dense'), requiring('dense', 'bm25')).compile();
  expect(steps.filter((step) => step.startsWith('complete'))).toEqual(['complete(dense)', 'complete(bm25)']);
});
