import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { downloadModel } from './download-model.js';
import { localHub } from './local-hub.fixture.js';

const program = fileURLToPath(new URL('../fixtures/download-until-killed.mjs', import.meta.url));

it('goes on where a killed process ended; its lock died with it', async () => {
  const hub = await localHub();
  const cache = await mkdtemp(join(tmpdir(), 'sluice-hub-'));
  const weights = Buffer.from(Uint32Array.from({ length: 50_000 }, (_, at) => at * at).buffer);
  hub.files.set('onnx/model.onnx', weights);
  hub.faults.push((_, response, content) => {
    response.writeHead(200, { 'content-length': content.length });
    return response.write(content.subarray(0, 70_000)) || true;
  });
  const child = spawn(process.execPath, [program, hub.endpoint, cache, '70000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const { folder } = await downloadModel('org/tiny', { endpoint: hub.endpoint, cache });
  expect(hub.asked.at(-1)?.headers.range).toBe('bytes=70000-');
  expect(await readFile(join(folder, 'onnx/model.onnx'))).toEqual(weights);
  await hub.close();
  await rm(cache, { recursive: true });
});
