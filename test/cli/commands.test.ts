import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { sluice } from './sluice-process.js';
import { writeTinyBeir, writeTinyDocs } from './tiny-collection.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeTinyBeir(`${folder}/tiny`);
  await writeTinyDocs(`${folder}/docs`);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a command that must work, and returns what it printed. */
async function output(...args: string[]): Promise<string> {
  const { exitCode, out, err } = await sluice(args, folder);
  // A slow machine may print lines of progress.
  expect({ exitCode, err: err.replace(/^[a-z ]+: \d+.*\n/gm, '') }).toEqual({ exitCode: 0, err: '' });
  return out;
}

/** The same with `--json`, held to a schema that knows every field. */
async function json<Value>(schema: z.ZodType<Value>, ...args: string[]): Promise<Value> {
  return schema.parse(JSON.parse(await output(...args, '--json')));
}

const passages = z.strictObject({
  passages: z.array(
    z.strictObject({
      rank: z.int(),
      id: z.string(),
      score: z.number(),
      scale: z.string(),
      sources: z.record(z.string(), z.strictObject({ rank: z.int().optional(), score: z.number() })),
      title: z.string().optional(),
      text: z.string(),
      metadata: z.strictObject({ path: z.string(), heading: z.string(), line: z.int() }),
    }),
  ),
});

const means = z.record(z.string(), z.number());

const comparison = z.looseObject({
  measures: z.array(z.string()),
  queryIds: z.array(z.string()),
  systems: z.array(z.looseObject({ name: z.string() })),
});

describe('a folder of documents', () => {
  it('is indexed with the model that ships, once, and again with --force', async () => {
    expect(await output('index', 'docs', '--out', 'index')).toMatch(/^Indexed 4 documents into index in [\d.]+ s\.\n$/);
    expect((await sluice(['index', 'docs', '--out', 'index'], folder)).exitCode).toBe(2);
    const summary = await json(
      z.strictObject({
        documents: z.literal(4),
        vectors: z.literal(4),
        generation: z.literal(1),
        model: z.literal('static'),
        seconds: z.number().positive(),
      }),
      ...['index', 'docs', '--out', 'index', '--force'],
    );
    expect(summary.documents).toBe(4);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is searched with citations, by meaning and by words', async () => {
    const text = await output('search', 'index', 'how', 'do', 'ships', 'rise?');
    expect(text.split('\n')[0]).toMatch(/^1\. Locks {2}\[locks\.html#locks\] {2}\d\.\d{4} fusion$/);
    const found = await json(passages, 'search', 'index', 'fish ladder', '-k', '2');
    expect(found.passages.map(({ rank, id }) => `${rank} ${id}`)[0]).toBe('1 weirs.md#fish');
    expect(found.passages).toHaveLength(2);
    expect(found.passages[0]?.metadata).toEqual({ path: 'weirs.md', heading: 'Fish', line: 5 });
    expect(await json(passages, 'search', 'index', 'zeppelin', '-p', 'bm25')).toEqual({ passages: [] });
  });

  it('is searched within a filter, and explained', async () => {
    const filter = '{"eq":["path","mills.txt"]}';
    const found = await json(passages, 'search', 'index', 'level', '--filter', filter);
    expect(found.passages.map(({ id }) => id)).toEqual(['mills.txt']);
    const explained = await output('search', 'index', 'the level of a river', '--explain');
    expect(explained).toMatch(/What each term added to bm25:/);
    expect(explained).toMatch(/(level|river) \d\.\d+, (level|river) \d\.\d+/);
    expect(explained).toMatch(/hybrid +\d+ +\d+ +\d+\.\d+/);
    const traced = passages.extend({
      terms: z.array(
        z.strictObject({
          id: z.string(),
          sources: z.array(
            z.strictObject({
              source: z.literal('bm25'),
              score: z.number(),
              terms: z.array(z.strictObject({ term: z.string(), queryWeight: z.number(), contribution: z.number() })),
            }),
          ),
        }),
      ),
      trace: z.array(z.looseObject({ stage: z.string(), output: z.array(z.int()), durationMs: z.number() })),
    });
    const { trace, terms } = await json(traced, 'search', 'index', 'level', '--explain');
    expect(terms.some(({ sources }) => sources[0]?.terms[0]?.term === 'level')).toBe(true);
    expect(trace.map(({ stage }) => stage)).toEqual(['bm25', 'dense', 'hybrid']);
  });

  it('is checked', async () => {
    const report = await json(
      z.strictObject({
        state: z.literal('intact'),
        generation: z.literal(1),
        newestIntact: z.literal(1),
        documents: z.literal(4),
        files: z.array(z.strictObject({ name: z.string(), generations: z.array(z.int()), bytes: z.int() })),
        leftovers: z.array(z.string()),
      }),
      ...['check', 'index'],
    );
    expect(report.files.map(({ name }) => name).sort()).toEqual((await readdir(`${folder}/index`)).sort());
    expect(await output('check', 'index')).toContain('Commit 1, 4 documents: intact.');
  });
});

describe('a judged collection', () => {
  it('goes from index to runs to scores to a comparison', async () => {
    await output('index', 'tiny', '--out', 'tiny-index');
    await writeFile(
      `${folder}/rrf.yaml`,
      'type: fuse\nsources: [{ type: bm25 }, { type: dense }]\nby: { type: rrf }\n',
    );
    for (const [pipeline, tag] of [
      ['bm25', 'bm25'],
      ['rrf.yaml', 'rrf'],
    ] as const) {
      const args = ['run', 'tiny-index', '--queries', 'tiny/queries.jsonl', '--out', `${tag}.trec`, '-p', pipeline];
      const facts = { run: z.literal(`${tag}.trec`), tag: z.literal(tag), queries: z.literal(10), results: z.int() };
      await json(z.strictObject(facts), ...args);
    }
    const lines = (await readFile(`${folder}/bm25.trec`, 'utf8')).trim().split('\n');
    expect(lines[0]).toMatch(/^q0 Q0 d\d+ 1 [\d.]+ bm25$/);

    expect(await output('score', 'bm25.trec', 'tiny/qrels/test.tsv')).toMatch(/^runid +\tall\tbm25$/m);
    const score = z.strictObject({ run: z.literal('bm25'), queries: z.literal(10), measures: means });
    const { measures } = await json(
      score,
      'score',
      'bm25.trec',
      'tiny/qrels/test.tsv',
      '-m',
      'nDCG@10,R@5',
      '-m',
      'RR',
    );
    expect(Object.keys(measures)).toEqual(['nDCG@10', 'R@5', 'RR']);
    expect(measures['nDCG@10']).toBeGreaterThan(0.9);
    const each = score.extend({ perQuery: z.record(z.string(), means) });
    const perQuery = await json(each, 'score', 'bm25.trec', 'tiny/qrels/test.tsv', '-m', 'RR', '--per-query');
    expect(Object.keys(perQuery.perQuery)).toHaveLength(10);

    const compare = ['compare', 'tiny/qrels/test.tsv', 'bm25.trec', 'rrf.trec'];
    expect(await output(...compare, '--format', 'markdown')).toMatch(/^\| rrf\.trec \|/m);
    const { systems } = await json(comparison, ...compare);
    expect(systems.map(({ name }) => name)).toEqual(['bm25.trec', 'rrf.trec']);
  });

  it('has its cut-offs compared and drawn', async () => {
    const schema = z.looseObject({
      targetRecall: z.literal(0.8),
      plot: z.literal('cut.svg'),
      results: z.array(z.looseObject({ method: z.string(), prAuc: z.number(), recall: z.number() })),
    });
    const args = ['cutoff', 'tiny', '--depth', '30', '--folds', '3', '--recall', '.8', '--plot', 'cut.svg'];
    const { results } = await json(schema, ...args);
    expect(results.map(({ method }) => method)).toEqual(expect.arrayContaining(['score', 'z-score', 'list adapter']));
    expect(await readFile(`${folder}/cut.svg`, 'utf8')).toMatch(/^<svg[\s\S]*list adapter[\s\S]*<\/svg>$/);
    expect(await output(...args)).toMatch(/\n\nThe plot is written to cut\.svg\.\n$/);
    expect((await sluice(['cutoff', 'tiny', '--model', 'none'], folder)).exitCode).toBe(2);
  });

  it('teaches a Cosine Adapter that pipelines and comparisons take', { timeout: 180_000 }, async () => {
    const schema = z.looseObject({
      queries: z.strictObject({ train: z.literal(6), threshold: z.literal(2), test: z.literal(2) }),
      prAuc: z.strictObject({ raw: z.number(), zScore: z.number(), shipped: z.number(), adapted: z.number() }),
    });
    const train = ['train', 'cosine-adapter', 'tiny', '--depth', '30', '--epochs', '2', '--hidden', '4'];
    await json(schema, ...train, '--split', 'test', '--out', 'adapter.json');
    expect((await readdir(folder)).filter((name) => name.includes('checkpoint'))).toEqual([]);

    await writeFile(
      `${folder}/adapted.yaml`,
      'type: pipeline\nstages:\n  - type: dense\n  - { type: cosineAdapter, file: adapter.json }\n',
    );
    expect(await output('eval', 'tiny', '--pipeline', 'adapted.yaml')).toContain('adapted');
    const compared = z.looseObject({ results: z.array(z.looseObject({ method: z.string() })) });
    const { results } = await json(
      compared,
      'cutoff',
      'tiny',
      '--depth',
      '30',
      '--folds',
      '3',
      '--adapter',
      'adapter.json',
    );
    expect(results.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['the given adapter', 'truncation', 'list adapter, shipped']),
    );
  });

  it('has its scores turned into probabilities, in a pipeline that is used at once', async () => {
    const schema = z.looseObject({
      results: z.array(z.looseObject({ kind: z.string(), ece: z.number(), skill: z.number() })),
      chosen: z.looseObject({ kind: z.literal('chosen'), ece: z.number(), nll: z.number() }),
      best: z.looseObject({ kind: z.string() }),
      out: z.literal('likely.yaml'),
    });
    const { results, best } = await json(
      schema,
      'calibrate',
      'tiny',
      '-p',
      'bm25',
      '--depth',
      '40',
      '--out',
      'likely.yaml',
    );
    expect(results.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['platt', 'isotonic', 'base rate', best.kind]),
    );
    const { passages: found } = await json(passages, 'search', 'index', 'locks', '--pipeline', 'likely.yaml');
    for (const { score, scale } of found) {
      expect(scale).toBe('probability');
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    const files = ['--plot', 'reliability.svg', '--out', 'likely.yaml'];
    expect(await output('calibrate', 'tiny', '-p', 'bm25', '--depth', '40', ...files)).toMatch(
      /^ *ECE +Brier +skill +log loss\n[\s\S]*The plot is written to reliability\.svg\.\n\nWritten to likely\.yaml\. /,
    );
    expect(await readFile(`${folder}/reliability.svg`, 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>$/);
  });

  it('is evaluated and tuned in one go', async () => {
    const table = await output('eval', 'tiny');
    expect(
      table
        .split('\n')
        .slice(2, 5)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['bm25', 'dense', 'hybrid']);
    const evaluated = await json(comparison, 'eval', 'tiny', '-p', 'bm25,rrf.yaml', '-m', 'static');
    expect(evaluated.systems.map(({ name }) => name)).toEqual(['bm25', 'rrf']);
    const candidate = z.strictObject({
      k1: z.number(),
      b: z.number(),
      normalization: z.enum(['z-score', 'min-max']),
      weight: z.number(),
    });
    const tuned = await json(
      z.looseObject({ measure: z.literal('nDCG@10'), best: candidate, estimate: z.number(), folds: z.array(z.any()) }),
      ...['tune', 'tiny', '--folds', '2'],
    );
    expect(tuned.folds).toHaveLength(2);
    const told = await output('tune', 'tiny', '--folds', '2', '--out', 'tuned.yaml');
    expect(told).toMatch(/^Expect nDCG@10 \d\.\d{4} on new queries[\s\S]*\nWritten to tuned\.yaml\. /m);
    expect((await sluice(['tune', 'tiny', '--out', 'nowhere/tuned.yaml'], folder)).err).toMatch(/no folder nowhere/);
  });
});

it('models lists what ships, and which option takes it', async () => {
  const facts = {
    name: z.string(),
    package: z.string(),
    licence: z.string(),
    description: z.string(),
    bytes: z.int().min(5_000_000).max(28_500_000),
  };
  const embedder = z.strictObject({
    ...facts,
    kind: z.enum(['static', 'transformer']),
    vectors: z.array(z.enum(['dense', 'sparse'])),
    dimensions: z.int(),
  });
  const crossEncoder = z.strictObject({
    ...facts,
    kind: z.literal('cross-encoder'),
    scoring: z.strictObject({ longPassages: z.literal('max'), overlap: z.int() }),
    weight: z.number(),
  });
  const listed = await json(z.array(z.union([embedder, crossEncoder])), 'models');
  expect(listed.map(({ name }) => name)).toEqual(['static', 'matryoshka-minilm', 'cross-minilm']);
  const table = await output('models');
  expect(table).toMatch(/^static +--model +256 +7\.9 +Apache-2\.0 +@sluice\/model-static$/m);
  expect(table).toMatch(
    /^matryoshka-minilm +--model, --sparse +384 +28\.\d +Apache-2\.0 +@sluice\/model-matryoshka-minilm$/m,
  );
  expect(table).toMatch(/^cross-minilm +--rerank +2\d\.\d +Apache-2\.0 +@sluice\/model-cross-minilm$/m);
});
