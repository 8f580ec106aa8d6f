import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crossEncodersOf, lateModelsOf, storedPipeline } from 'sluice';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';
import { writeJudgedFolder } from './judged-folder.fixture.js';

const fixture = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const models = {
  'cross-encoder': fixture('inference/src/fixtures/cross-encoders/bert'),
  'late-interaction': fixture('embedders/src/multi-vector/fixtures/pylate'),
} as const;
const kinds = ['cross-encoder', 'late-interaction'] as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-'));
  await writeJudgedFolder(join(folder, 'judged'));
  for (const kind of kinds) {
    const stages = [{ type: 'hybrid' }, { type: 'rerank', by: { type: kind, model: models[kind] }, depth: 8 }];
    await writeFile(join(folder, `${kind}.yaml`), JSON.stringify({ type: 'pipeline', stages }));
  }
});
afterAll(() => rm(folder, { recursive: true }));

async function sluice(command: string) {
  const terminal = recordedTerminal();
  const args = command.split(' ').map((word) => word.replace(/(^|,)@/g, `$1${folder}/`));
  const exitCode = await run(['node', 'sluice', ...args], terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}

async function json(command: string) {
  const { exitCode, out, err } = await sluice(`${command} --json`);
  // A slow machine may print lines of progress.
  expect({ exitCode, err: err.replace(/^[a-z: -]+ \d+.*\n/gim, '') }).toEqual({ exitCode: 0, err: '' });
  return JSON.parse(out);
}

describe.each(kinds)('a pipeline file that reranks by a %s', (kind) => {
  /** Small models know nothing: for what is learnt from judgements, what they put first is what was judged relevant. */
  beforeAll(async () => {
    await json(`index @judged --out @${kind} -p @${kind}.yaml`);
    const written = await json(`run @${kind} --queries @judged/queries.jsonl --out @${kind}.trec`);
    expect(written).toMatchObject({ queries: 10, results: 80 });
    const lines = (await readFile(join(folder, `${kind}.trec`), 'utf8')).trim().split('\n');
    const judged = lines.map((line) => line.split(' ')).filter(([, , , rank]) => Number(rank) <= 3);
    const rows = ['query-id\tcorpus-id\tscore', ...judged.map(([query, , document]) => `${query}\t${document}\t1`), ''];
    await writeFile(join(folder, 'judged', 'qrels', `${kind}.tsv`), rows.join('\n'));
  });

  it('is what an index is searched with, where it was indexed with it', async () => {
    const found = await json(`search @${kind} river`);
    expect(found).toEqual(await json(`search @${kind} river -p @${kind}.yaml`));
    expect(found.passages[0].scale).toBe(kind === 'cross-encoder' ? 'relevance' : 'maxsim');
  });

  it('has its scores calibrated, in a file that reranks by the same', async () => {
    const calibrate = `calibrate @judged --split ${kind} -p @${kind}.yaml --depth 8`;
    const { results } = await json(`${calibrate} --folds 3 --out @likely-${kind}.yaml`);
    expect(results.map(({ kind }: { kind: string }) => kind)).toContain('platt');
    const written = parse(await readFile(join(folder, `likely-${kind}.yaml`), 'utf8'));
    const named = kind === 'cross-encoder' ? crossEncodersOf(written) : lateModelsOf(written);
    expect(named).toEqual([{ model: models[kind] }]);
    const { systems } = await json(
      `eval @judged --split ${kind} -p @${kind}.yaml,@likely-${kind}.yaml --measures RR@10`,
    );
    expect(systems.map(({ name }: { name: string }) => name)).toEqual([kind, `likely-${kind}`]);
    expect(systems[1].summary).toEqual(systems[0].summary);
  });

  it('has its hybrid tuned under the reranker, which goes into the file that is written', {
    timeout: 180_000,
  }, async () => {
    const tune = `tune @judged --split ${kind} -p @${kind}.yaml --measure RR@10 --folds 2 --depth 20`;
    const { best, bestMean, standard } = await json(`${tune} --out @tuned-${kind}.yaml`);
    expect(bestMean).toBeGreaterThanOrEqual(standard);
    const { stages } = parse(await readFile(join(folder, `tuned-${kind}.yaml`), 'utf8'));
    const [{ by }, reranking] = z.tuple([z.looseObject({ by: z.unknown() }), z.unknown()]).parse(stages);
    expect(by).toMatchObject({ normalization: best.normalization, weights: { bm25: best.weight } });
    expect(reranking).toEqual({ type: 'rerank', by: { type: kind, model: models[kind] }, depth: 8 });
    const { systems } = await json(`eval @judged --split ${kind} -p @tuned-${kind}.yaml --measures RR@10`);
    expect(systems[0].summary['RR@10']).toBeCloseTo(bestMean, 12);
  });

  it('finds the candidates whose cut-offs are compared', async () => {
    const { results } = await json(`cutoff @judged --split ${kind} -p @${kind}.yaml --depth 8 --folds 3 --recall 1`);
    const rows = new Map(results.map((row: { method: string }) => [row.method, row]));
    expect([...rows.keys()]).toEqual(expect.arrayContaining(['score', 'adaptive kNN', 'list adapter, pipeline']));
    // Relevant is what it puts first, so that the first of what a threshold on its scores keeps always is.
    const { mrr, empty } = z
      .looseObject({ mrr: z.number(), empty: z.number().lt(0.5) })
      .parse(rows.get('pipeline score'));
    expect(mrr).toBeCloseTo(1 - empty, 12);
  });
});

it('an index keeps the whole path of a model that its file named from here', async () => {
  const model = relative(process.cwd(), models['cross-encoder']);
  const stop = { type: 'stop-early', by: { type: 'cross-encoder', model }, budgetMs: 5000 };
  const stages = [{ type: 'bm25' }, { type: 'rerank', by: stop, depth: 8 }];
  await writeFile(join(folder, 'near.json'), JSON.stringify({ type: 'pipeline', stages }));
  await json('index @judged --out @near -m none -p @near.json');
  const kept = await storedPipeline(join(folder, 'near'));
  expect(crossEncodersOf(kept)).toEqual([{ model: models['cross-encoder'] }]);
  expect(kept).toMatchObject({ type: 'pipeline', stages: [{ type: 'bm25' }, { by: { budgetMs: 5000 } }] });
});

it('a model that is not there is told before anything is indexed', async () => {
  const by = { type: 'cross-encoder', model: './nowhere' };
  const stages = [{ type: 'hybrid' }, { type: 'rerank', by, depth: 8 }];
  await writeFile(join(folder, 'lost.json'), JSON.stringify({ type: 'pipeline', stages }));
  const commands = ['index @judged --out @lost', 'calibrate @judged', 'cutoff @judged', 'tune @judged'];
  for (const command of commands.map((each) => `${each} -p @lost.json`)) {
    expect(await sluice(command)).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringMatching(/nowhere.*no such/),
    });
  }
});

it('tune says why a file without a hybrid is none to be tuned', async () => {
  await writeFile(join(folder, 'words.json'), JSON.stringify({ type: 'bm25' }));
  const { exitCode, err } = await sluice('tune @judged -p @words.json');
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringMatching(/words\.json: .*begin with a hybrid/) });
});
