import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRangeWorker } from './range-link.js';

let scratch = '';

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sluice-ranges-'));
});
afterAll(() => rm(scratch, { recursive: true }));

describe('a thread that ends by itself', () => {
  it.each([
    { how: 'throws', code: `throw new Error('a fault of its own')`, problem: /a fault of its own/, cause: Error },
    { how: 'exits', code: 'process.exit(7)', problem: /code 7/, cause: undefined },
    {
      how: 'exits when it is asked',
      code: `(await import('node:worker_threads')).parentPort.on('message', () => process.exit(7))`,
      problem: /code 7/,
      cause: undefined,
    },
  ])('and $how is an error of what is asked, and closes', async ({ how, code, problem, cause }) => {
    const entry = join(scratch, `${how}.mjs`);
    await writeFile(entry, code);
    const worker = await openRangeWorker('a graph', entry);
    const error = expect.objectContaining({
      code: 'SLUICE_MODEL_FILE',
      file: 'a graph',
      problem: expect.stringMatching(problem),
      ...(cause ? { cause: expect.any(cause) } : {}),
    });
    await expect(worker.run(Int32Array.of(1))).rejects.toEqual(error);
    await expect(worker.ranges()).rejects.toEqual(error);
    await worker.close();
  });

  it('before it is asked anything does not hold up whoever closes it', async () => {
    const worker = await openRangeWorker('a graph', join(scratch, 'nowhere.mjs'));
    await worker.close();
    await expect(worker.run(Int32Array.of(1))).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE' });
    await worker.close();
  });
});
