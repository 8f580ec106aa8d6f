import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transformerEmbedder } from '@sluice/embedders';
import { testEmbedder } from '@sluice/testing';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { describeWithShared } from '../../../test/shared.js';
import { childEntry } from './child/child-entry.js';
import { olderModel } from './older-model.fixture.js';
import { expectGolden, expectSameRows, GOLDEN_MS, texts } from './parity.fixture.js';
import { type XenovaEmbedderOptions, xenovaEmbedder } from './xenova-embedder.js';

const newer = fileURLToPath(new URL('../../../packages/inference/src/fixtures/tiny-encoder', import.meta.url));
const model = await olderModel(newer);
afterAll(() => rm(model, { recursive: true }));

const make = (options: Partial<XenovaEmbedderOptions> = {}) => xenovaEmbedder({ model, threads: 1, ...options });

function childPid(): number {
  const [pid] = execFileSync('pgrep', ['-P', `${process.pid}`, '-f', childEntry()], { encoding: 'utf8' }).split('\n');
  return Number(pid);
}

it('is built: child processes load JavaScript only', () => {
  expect(existsSync(childEntry()), 'run the build of this package first').toBe(true);
});

testEmbedder('xenovaEmbedder', () => make({ maxTexts: 3 }), {
  others: [() => make({ dimensions: 8 }), () => make({ queryPrompt: '' })],
});

it('gives the rows of transformerEmbedder, prompts and cut texts included', async () => {
  const [ours, theirs] = [await transformerEmbedder({ model }), await make()];
  expectSameRows(await theirs.encodeQueries(texts), await ours.encodeQueries(texts), 1e-5);
  expectSameRows(await theirs.encodeDocuments(texts), await ours.encodeDocuments(texts), 1e-5);
  await Promise.all([ours.close(), theirs.close()]);
});

it('answers calls that are made at once', async () => {
  const embedder = await make();
  const together = await Promise.all(texts.map((text) => embedder.encodeDocuments([text])));
  const alone = await embedder.encodeDocuments(texts);
  const rows = together.flatMap(({ data }) => [...data]);
  expectSameRows({ ...alone, data: Float32Array.from(rows) }, alone, 1e-6);
  await embedder.close();
});

it.skipIf(process.platform === 'win32')('refuses what a killed process was asked, and replaces it', async () => {
  const embedder = await make();
  const before = await embedder.encodeDocuments(texts);
  process.kill(childPid(), 'SIGKILL');
  // The call may reach the process before or after its end: it is refused, or answered by another.
  await embedder.encodeDocuments(texts).catch((error: unknown) => {
    expect(error).toMatchObject({ code: 'SLUICE_INFERENCE' });
  });
  expectSameRows(await embedder.encodeDocuments(texts), before, 1e-6);
  await embedder.close();
});

it.skipIf(process.platform === 'win32')(
  'ends where its process cannot be started, and starts it at a later call',
  async () => {
    const refused = { code: 'SLUICE_INFERENCE', message: expect.stringMatching(/cannot be started \(ENOENT\)/) };
    const node = process.execPath;
    const embedder = await make();
    try {
      process.execPath = `${node}-that-is-not-there`;
      await expect(make()).rejects.toMatchObject(refused);
      process.kill(childPid(), 'SIGKILL');
      // Calls may still reach the process that is about to end.
      await vi.waitFor(() => expect(embedder.encodeQueries(['tides'])).rejects.toMatchObject(refused));
    } finally {
      process.execPath = node;
    }
    expect(await embedder.encodeQueries(['tides'])).toMatchObject({ rows: 1 });
    await embedder.close();
  },
  20_000,
);

describe('refuses', () => {
  it('a graph that is too new for its ONNX Runtime, and says so', async () => {
    await expect(make({ model: newer })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      problem: expect.stringMatching(/IR version: 10/),
      advice: expect.stringMatching(/IR version 8/),
    });
  });

  it('a folder that is none', async () => {
    await expect(make({ model: 'org/name' })).rejects.toMatchObject({ code: 'SLUICE_MODEL_FILE', file: 'org/name' });
  });
});

it('keeps no process alive that does nothing, and leaves none behind', () => {
  const built = fileURLToPath(new URL('../dist/index.js', import.meta.url));
  const program = `
    const { xenovaEmbedder } = await import(${JSON.stringify(built)});
    const embedder = await xenovaEmbedder({ model: ${JSON.stringify(model)} });
    const { rows } = await embedder.encodeQueries(['tides']);
    console.log(rows);`;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 50_000,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '1\n' });
});

describeWithShared('xenovaEmbedder over all-MiniLM-L6-v2', (shared) => {
  it(
    'gives 175 of 175 embeddings of sentence-transformers to 1e-5',
    async () => {
      const folder = await olderModel(`${shared}/models/all-MiniLM-L6-v2`);
      const embedder = await xenovaEmbedder({ model: folder, threads: 1 });
      await expectGolden(embedder, shared);
      await embedder.close();
      await rm(folder, { recursive: true });
    },
    GOLDEN_MS,
  );
});
