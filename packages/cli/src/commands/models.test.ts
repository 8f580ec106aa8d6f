import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { COMMIT, filesAsked, type LocalHub, localHub } from '../../../inference/src/hub/local-hub.fixture.js';
import { run } from '../main.js';
import { recordedTerminal } from '../terminal/recorded-terminal.fixture.js';

const TOKEN = 'hf_secretsecret';
let hub: LocalHub;
let cache = '';

beforeEach(async () => {
  hub = await localHub();
  cache = await mkdtemp(join(tmpdir(), 'sluice-models-'));
  hub.files.set('config.json', Buffer.from('{}'));
  hub.files.set('onnx/model.onnx', Buffer.alloc(1_500_000));
  vi.stubEnv('SLUICE_MODELS', cache);
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_TOKEN', TOKEN);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  await rm(cache, { recursive: true });
});

async function sluice(...args: string[]) {
  const terminal = recordedTerminal();
  const exitCode = await run(['node', 'sluice', ...args], terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}

it('pulls a model, says where it is, and asks again what is new', async () => {
  const { exitCode, out } = await sluice('models', 'pull', 'org/tiny');
  expect({ exitCode, out }).toEqual({
    exitCode: 0,
    out: `org/tiny@${COMMIT} is in ${cache}/org--tiny/${COMMIT} (1.5 of 1.5 MB fetched).\n`,
  });
  expect(hub.asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  const asked = hub.asked.length;
  const again = await sluice('models', 'pull', 'org/tiny', '--json');
  expect(JSON.parse(again.out)).toMatchObject({ name: `org/tiny@${COMMIT}`, fetchedBytes: 0 });
  expect(hub.asked).toHaveLength(asked + 1);
  expect(filesAsked(hub)).toHaveLength(2);
});

it('tells mistakes with exit code 2 and without the token', async () => {
  for (const [args, message] of [
    [['org/none'], /no model 'org\/none'/],
    [['none'], /org\/name/],
    [['org/tiny', '--precision', 'int8'], /model_quantized\.onnx/],
  ] as const) {
    const { exitCode, err } = await sluice('models', 'pull', ...args);
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringMatching(message) });
    expect(err).not.toContain(TOKEN);
  }
});

it('opens no connection when the environment says so', async () => {
  vi.stubEnv('HF_HUB_OFFLINE', '1');
  const { exitCode, err } = await sluice('models', 'pull', 'org/tiny');
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: expect.stringContaining('downloads are off') });
  expect(hub.asked).toEqual([]);
});
