import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readModelFolder } from '../folder/model-folder.js';
import type { EncodedTexts } from '../worker/encoded-texts.js';
import { EncoderPool } from './encoder-pool.js';
import { type EncoderWorker, openEncoderWorker, type WorkerSettings } from './encoder-worker.js';
import { matrixAnswer } from './matrix-answer.js';
import { processesOf } from './process-link.js';
import { renewedRunner } from './renewed-runner.js';
import { threadsOf } from './thread-link.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const crashing = path('../fixtures/crashing-worker.mjs');
const startCrashing = { thread: threadsOf(crashing), process: processesOf(crashing) };
const isolations = ['thread', 'process'] as const;
const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function settingsOf(isolation: WorkerSettings['isolation']): Promise<WorkerSettings> {
  const { modules, ...folder } = await readModelFolder(path('../fixtures/tiny-encoder'), 'float32');
  return { folder, head: { kind: 'pooled', ...modules }, threads: 1, isolation };
}

/** A batch of one text of one token each. */
function run(worker: EncoderWorker, ...ids: number[]): Promise<EncodedTexts> {
  return worker.run({
    ids: Int32Array.from(ids),
    offsets: Uint32Array.from({ length: ids.length + 1 }, (_, at) => at),
  });
}

describe.each(isolations)('in a %s', (isolation) => {
  it('gives the same rows, has a process or none, and ends when it is closed', async () => {
    const worker = await openEncoderWorker(await settingsOf(isolation));
    const thread = await openEncoderWorker(await settingsOf('thread'));
    const texts = { texts: ['the tides', 'bread'], tasks: [], prompts: [] };
    const [tokens, expected] = [await worker.tokenize(texts), await thread.tokenize(texts)];
    expect(tokens).toEqual(expected);
    expect(await worker.run(tokens)).toEqual(await thread.run(expected));
    expect(worker.processId === undefined).toBe(isolation === 'thread');
    await Promise.all([worker.close(), thread.close()]);
    await expect(run(worker, 4)).rejects.toMatchObject({ code: 'SLUICE_CLOSED' });
    expect(worker.lost).toBe(false);
  });

  it('tells what is wrong with a model', async () => {
    const settings = await settingsOf(isolation);
    const folder = { ...settings.folder, weightsFile: crashing };
    await expect(openEncoderWorker({ ...settings, folder })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      file: crashing,
    });
  });

  it.each([
    { token: 1, problem: /code 7/ },
    { token: 2, problem: isolation === 'thread' ? /a fault of its own/ : /code 1/ },
    ...(isolation === 'process' ? [{ token: 3, problem: /SIGABRT/ }] : []),
  ])('is lost when it ends by itself: $problem', async ({ token, problem }) => {
    const worker = await openEncoderWorker(await settingsOf(isolation), startCrashing[isolation]);
    expect((await run(worker, 5)).values).toEqual(Float32Array.of(5));
    const error = expect.objectContaining({
      code: 'SLUICE_WORKER_LOST',
      isolation,
      problem: expect.stringMatching(problem),
    });
    await expect(run(worker, token)).rejects.toEqual(error);
    expect(worker.lost).toBe(true);
    await expect(run(worker, 5)).rejects.toEqual(error);
    await worker.close();
  });

  it('is replaced: the calls of its batch fail, those that wait go on', async () => {
    const settings = await settingsOf(isolation);
    let starts = 0;
    const runner = await renewedRunner(() => {
      starts += 1;
      return openEncoderWorker(settings, startCrashing[isolation]);
    });
    const pool = new EncoderPool('the model', [runner], { maxTokens: 2, maxTexts: 2, maxQueuedCalls: 10 });
    opened.push(pool);
    const calls = ['4', '1', '5', '6', '1', '7'].map((text) =>
      pool.encode({ unit: 'texts', length: 1, text: () => text }, matrixAnswer({ columns: 1, length: 'kept' })),
    );
    const results = await Promise.allSettled(calls);
    const lost = expect.objectContaining({ code: 'SLUICE_WORKER_LOST' });
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value.data[0] : result.reason))).toEqual([
      lost,
      lost,
      5,
      6,
      lost,
      lost,
    ]);
    expect(starts).toBe(2);
    const next = await pool.encode(
      { unit: 'texts', length: 1, text: () => '8' },
      matrixAnswer({ columns: 1, length: 'kept' }),
    );
    expect([...next.data]).toEqual([8]);
    expect(starts).toBe(3);
  });
});

it('is lost when its process is killed during a run', async () => {
  const worker = await openEncoderWorker(await settingsOf('process'));
  const ids = new Int32Array(64_000).fill(7);
  const offsets = Uint32Array.from({ length: 1001 }, (_, at) => at * 64);
  const running = worker.run({ ids, offsets });
  process.kill(worker.processId ?? 0, 'SIGKILL');
  await expect(running).rejects.toMatchObject({ code: 'SLUICE_WORKER_LOST', problem: 'it was ended by SIGKILL' });
});

it('is replaced without an error when it was lost while it waited', async () => {
  const settings = await settingsOf('process');
  const workers: EncoderWorker[] = [];
  const runner = await renewedRunner(async () => {
    const worker = await openEncoderWorker(settings);
    workers.push(worker);
    return worker;
  });
  process.kill(workers[0]?.processId ?? 0, 'SIGKILL');
  while (!workers[0]?.lost) await new Promise((resolve) => setImmediate(resolve));
  expect((await runner.tokenize({ texts: ['bread'], tasks: [], prompts: [] })).offsets).toHaveLength(2);
  expect(workers).toHaveLength(2);
  await runner.close();
});
