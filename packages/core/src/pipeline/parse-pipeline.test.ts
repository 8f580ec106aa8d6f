import { expect, it } from 'vitest';
import { z } from 'zod';
import { fuse } from './fuse.js';
import { parsePipeline } from './parse-pipeline.js';
import { pipeline } from './pipeline.js';
import { relevance } from './relevance.js';
import { rerank } from './rerank.js';
import { StageRegistry } from './stage-registry.js';
import { columnFloor, depthSensitiveFusion, tableReranker, tableRetriever } from './table-components.fixture.js';
import { take } from './take.js';

const table = z.strictObject({ name: z.string() });

/** A registry of the fixtures; its context says which tables there are. */
const registry = new StageRegistry<readonly string[]>()
  .register({
    kind: 'retriever',
    type: 'table',
    schema: table,
    create({ name }, tables) {
      if (!tables.includes(name)) throw new Error(`no table ${name}`);
      return tableRetriever(name);
    },
  })
  .register({ kind: 'reranker', type: 'table', schema: table, create: ({ name }) => tableReranker(name) })
  .register({ kind: 'fusion', type: 'sum', schema: z.strictObject({}), create: () => depthSensitiveFusion() })
  .register({
    kind: 'filter',
    type: 'floor',
    schema: z.strictObject({ column: z.string(), threshold: z.number() }),
    create: ({ column, threshold }) => columnFloor(column, threshold),
  });

const [a, b] = [tableRetriever('a'), tableRetriever('b')];
const chain = pipeline(
  fuse([a, pipeline(b, take(9)).named('cut')], depthSensitiveFusion(), { depth: 8, name: 'hybrid' }),
  columnFloor('a', 0.25),
  rerank(tableReranker('cross'), { depth: 6, topK: 5 }),
  relevance(columnFloor('b', 0.25), { depth: 4 }),
  take(3),
);

it('reads back a pipeline that behaves the same, through JSON', async () => {
  const spec = JSON.parse(JSON.stringify(chain.toSpec()));
  const copy = parsePipeline(spec, registry, ['a', 'b']);
  expect(copy.toSpec()).toEqual(chain.toSpec());
  expect(String(copy)).toBe(String(chain));
  expect(copy.compile().steps).toEqual(chain.compile().steps);
  const queries = [{ text: 'x' }, { text: 'y' }];
  const facts = async (each: typeof chain) =>
    (await each.retrieve(queries, { topK: 9 })).map((one) => one.toDocuments());
  expect(await facts(copy)).toEqual(await facts(chain));
  expect((await facts(copy)).flat().length).toBeGreaterThan(0);
});

it('prints as in code', () => {
  expect(String(chain)).toBe(
    'pipeline(fuse([a, cut: pipeline(b, take(9))], sum, depth: 8), relevance(floor(a), depth: 100), ' +
      'rerank(cross, depth: 6, topK: 5), relevance(floor(b), depth: 4), take(3))',
  );
});

it('writes plain JSON', () => {
  expect(pipeline(a, take(10)).toSpec()).toEqual({
    type: 'pipeline',
    stages: [
      { type: 'table', name: 'a' },
      { type: 'take', topK: 10 },
    ],
  });
});

it('reads a bare retriever and a bare filter', () => {
  const spec = {
    type: 'pipeline',
    stages: [
      { type: 'table', name: 'a' },
      { type: 'floor', column: 'a', threshold: 1 },
    ],
  };
  expect(String(parsePipeline(spec, registry, ['a']))).toBe('pipeline(a, relevance(floor(a), depth: 100))');
  expect(parsePipeline({ type: 'table', name: 'a' }, registry, ['a']).compile().steps).toEqual(['a(topK: as asked)']);
});

const stages = (...rest: unknown[]) => ({ type: 'pipeline', stages: [{ type: 'table', name: 'a' }, ...rest] });
const fused = (...sources: unknown[]) => ({ type: 'fuse', sources, by: { type: 'sum' } });

it.each([
  { why: 'no object', spec: 'bm25', code: 'SLUICE_INVALID_OPTIONS', path: '' },
  { why: 'no type', spec: { stages: [] }, code: 'SLUICE_INVALID_OPTIONS', path: 'type' },
  { why: 'no stages', spec: { type: 'pipeline', stages: [] }, code: 'SLUICE_INVALID_OPTIONS', path: 'stages' },
  { why: 'an unknown field', spec: { type: 'table', name: 'a', k: 1 }, code: 'SLUICE_INVALID_OPTIONS', path: '' },
  {
    why: 'a wrong option',
    spec: stages({ type: 'take', topK: 0 }),
    code: 'SLUICE_INVALID_OPTIONS',
    path: 'stages.1.topK',
  },
  {
    why: 'a wrong option far down',
    spec: fused(stages({ type: 'take' })),
    code: 'SLUICE_INVALID_OPTIONS',
    path: 'sources.0.stages.1.topK',
  },
  { why: 'an unknown source', spec: fused({ type: 'splade' }), code: 'SLUICE_UNKNOWN_STAGE', path: 'sources.0' },
  { why: 'a stage as source', spec: { type: 'take', topK: 1 }, code: 'SLUICE_UNKNOWN_STAGE', path: '' },
  {
    why: 'an unknown fusion',
    spec: { ...fused({ type: 'table', name: 'a' }), by: { type: 'rrf' } },
    code: 'SLUICE_UNKNOWN_STAGE',
    path: 'by',
  },
  { why: 'an inherited name', spec: { type: 'constructor' }, code: 'SLUICE_UNKNOWN_STAGE', path: '' },
])('refuses $why and says where', ({ spec, code, path }) => {
  expect(() => parsePipeline(spec, registry, ['a'])).toThrow(expect.objectContaining({ code, path }));
});

it('lists the types that it knows for the place', () => {
  expect(() => parsePipeline(stages({ type: 'shake' }), registry, ['a'])).toThrow(
    expect.objectContaining({ type: 'shake', kind: 'stage', known: ['floor', 'relevance', 'rerank', 'take'] }),
  );
});

it('refuses a spec that is nested without end', () => {
  let spec: object = { type: 'table', name: 'a' };
  for (let level = 0; level < 10_000; level++) spec = { type: 'pipeline', stages: [spec] };
  expect(() => parsePipeline(spec, registry, ['a'])).toThrow(/nested more than 64 levels/);
});

it('refuses to write a part that has no spec', () => {
  const { toSpec: _, ...unwritable } = tableReranker();
  expect(() => pipeline(a, rerank(unwritable, { depth: 5 })).toSpec()).toThrow(
    expect.objectContaining({ code: 'SLUICE_UNWRITABLE_STAGE', stage: 'cross' }),
  );
});

it('refuses a second type of one name', () => {
  const again = () =>
    registry.register({ kind: 'fusion', type: 'sum', schema: table, create: () => depthSensitiveFusion() });
  expect(again).toThrow(expect.objectContaining({ code: 'SLUICE_INVALID_OPTIONS', path: 'type' }));
});
