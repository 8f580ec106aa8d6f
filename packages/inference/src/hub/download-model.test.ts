import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { OnProgress } from '@sluice/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, downloadModel } from './download-model.js';
import {
  COMMIT,
  closed,
  type Fault,
  filesAsked,
  type HubList,
  type LocalHub,
  listening,
  localHub,
  sendFile,
} from './local-hub.fixture.js';

const WEIGHTS = Buffer.from(Uint32Array.from({ length: 60_000 }, (_, at) => (at * 2654435761) >>> 0).buffer);
const WEIGHTS_FILE = 'onnx/model.onnx';
const TOKEN = 'hf_secretsecret';

let hub: LocalHub;
let cache = '';
let root = '';

beforeEach(async () => {
  hub = await localHub();
  root = await mkdtemp(join(tmpdir(), 'sluice-hub-'));
  cache = join(root, 'cache');
  for (const [name, content] of Object.entries({
    'config.json': '{"hidden_size":16}',
    'tokenizer.json': '{}',
    'modules.json': '[]',
    '1_Pooling/config.json': '{"pooling_mode":"mean"}',
    'README.md': '# not needed',
    'pytorch_model.bin': 'not needed',
    'openvino/openvino_model.bin': 'not needed',
    'model.safetensors': 'another form',
    'onnx/model_quantized.onnx': 'eight bits',
    'onnx/model_O4.onnx': 'another form',
  })) {
    hub.files.set(name, Buffer.from(content));
  }
  hub.files.set(WEIGHTS_FILE, WEIGHTS);
  hub.large.add(WEIGHTS_FILE);
});
afterEach(async () => {
  await hub.close();
  await rm(root, { recursive: true });
});

/** Answers that end when the caller has what they gave: cut off sooner, some of it would be lost on the way. */
const cutting: { readonly at: number; readonly response: ServerResponse }[] = [];
const endCuts: OnProgress = ({ done }) => {
  while (cutting[0] && done >= cutting[0].at) cutting.shift()?.response.destroy();
};

const fetchModel = (options: Partial<DownloadOptions> = {}, call: Parameters<typeof downloadModel>[2] = {}) =>
  downloadModel(
    'org/tiny',
    { cache, endpoint: hub.endpoint, retryDelayMs: 1, maxRetryDelayMs: 50, ...options },
    { onProgress: endCuts, ...call },
  );

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

const needed = ['1_Pooling/config.json', 'config.json', 'modules.json', WEIGHTS_FILE, 'tokenizer.json'].sort();

async function expectWhole(folder: string): Promise<void> {
  for (const name of needed) expect(await readFile(join(folder, name))).toEqual(hub.files.get(name));
  expect(await filesIn(folder)).toEqual(needed);
  expect(await filesIn(join(cache, 'org--tiny'))).toEqual(
    [...needed.map((name) => `${COMMIT}/${name}`), `revisions/${COMMIT}.json`, 'revisions/main.json'].sort(),
  );
}

describe('a good hub', () => {
  it('gives what is needed and nothing else, and is not asked twice', async () => {
    const model = await fetchModel();
    const bytes = needed.reduce((sum, name) => sum + (hub.files.get(name)?.length ?? 0), 0);
    expect(model).toEqual({
      name: `org/tiny@${COMMIT}`,
      folder: join(cache, 'org--tiny', COMMIT),
      bytes,
      fetchedBytes: bytes,
    });
    await expectWhole(model.folder);
    expect(filesAsked(hub).sort()).toEqual(needed);
    const asked = hub.asked.length;
    expect(await fetchModel()).toEqual({ ...model, fetchedBytes: 0 });
    expect(await downloadModel(model.name, { cache, source: 'cache only' })).toEqual({ ...model, fetchedBytes: 0 });
    expect(hub.asked).toHaveLength(asked);
  });

  it('is asked for the other precision alone when that is wanted later', async () => {
    const { folder } = await fetchModel();
    hub.asked.length = 0;
    const quantized = await fetchModel({ precision: 'int8' });
    expect(quantized).toMatchObject({ folder, fetchedBytes: 10 });
    expect(filesAsked(hub)).toEqual(['onnx/model_quantized.onnx']);
  });

  it('falls back on safetensors where there is no graph, and refuses where there is neither', async () => {
    hub.files.delete(WEIGHTS_FILE);
    const { folder } = await fetchModel();
    expect(await filesIn(folder)).toContain('model.safetensors');
    hub.files.delete('model.safetensors');
    await expect(fetchModel({ source: 'hub first' })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_FILE',
      file: 'org/tiny/onnx/model.onnx',
    });
  });

  it('is asked what a revision is now when that is wanted, and only what changed is fetched', async () => {
    await fetchModel();
    hub.asked.length = 0;
    expect(await fetchModel({ source: 'hub first' })).toMatchObject({ fetchedBytes: 0 });
    expect(hub.asked).toHaveLength(1);
  });

  it('hears the bytes counted up', async () => {
    const told: number[] = [];
    const { bytes } = await fetchModel(
      {},
      {
        onProgress: ({ done, total, unit, phase }) => {
          expect({ total, unit, phase }).toEqual({ total: expect.any(Number), unit: 'bytes', phase: 'downloading' });
          told.push(done);
        },
      },
    );
    expect(told).toEqual(told.toSorted((left, right) => left - right));
    expect(told.at(-1)).toBe(bytes);
  });
});

const cut =
  (after: number): Fault =>
  (request, response, content) => {
    const [, first = '0'] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(first);
    response.writeHead(start === 0 ? 200 : 206, {
      etag: '"one"',
      'content-length': content.length - start,
      ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    cutting.push({ at: start + after, response });
    if (after === 0) response.flushHeaders();
    else response.write(content.subarray(start, start + after));
    return true;
  };
const status =
  (code: number, headers: Record<string, string> = {}): Fault =>
  (_, response) => {
    response.writeHead(code, headers).end('no');
    return true;
  };
const send =
  (headers: Record<string, string | number>, change: (content: Buffer) => Buffer, code = 200): Fault =>
  (_, response, content) => {
    response.writeHead(code, headers).end(change(content));
    return true;
  };
const flipped = (content: Buffer): Buffer => {
  const copy = Buffer.from(content);
  copy[100] = (copy[100] ?? 0) ^ 1;
  return copy;
};
const same = (content: Buffer): Buffer => content;

/** Files besides the weights lie in one order at the hub; only the weights are to meet the faults. */
function onlyWeights(...faults: Fault[]): void {
  for (const name of needed) if (name !== WEIGHTS_FILE) hub.files.delete(name);
  hub.faults.push(...faults);
}

describe('a hub that misbehaves for a while', () => {
  it.each<{ why: string; faults: Fault[]; ranges: (string | undefined)[] }>([
    {
      why: 'cuts the connection twice',
      faults: [cut(100_000), cut(70_000)],
      ranges: [undefined, 'bytes=100000-', 'bytes=170000-'],
    },
    { why: 'cuts it before the first byte', faults: [cut(0)], ranges: [undefined, undefined] },
    { why: 'flips a bit', faults: [send({}, flipped)], ranges: [undefined, undefined] },
    {
      why: 'sends too much',
      faults: [send({}, (content) => Buffer.concat([content, content]))],
      ranges: [undefined, undefined],
    },
    {
      why: 'ends early as if that were all',
      faults: [send({}, (content) => content.subarray(0, 1000))],
      ranges: [undefined, 'bytes=1000-'],
    },
    {
      why: 'announces another length',
      faults: [send({ 'content-length': 5 }, (content) => content.subarray(0, 5))],
      ranges: [undefined, undefined],
    },
    {
      why: 'answers 500, 503 and 429',
      faults: [status(500), status(503, { 'retry-after': '0' }), status(429, { 'retry-after-ms': '2' })],
      ranges: [undefined, undefined, undefined, undefined],
    },
    { why: 'ignores the range', faults: [cut(100_000), send({}, same)], ranges: [undefined, 'bytes=100000-'] },
    {
      why: 'sends another range',
      faults: [cut(100_000), send({ 'content-range': `bytes 0-${WEIGHTS.length - 1}/${WEIGHTS.length}` }, same, 206)],
      ranges: [undefined, 'bytes=100000-', undefined],
    },
    {
      why: 'has another length by then',
      faults: [cut(100_000), send({ 'content-range': 'bytes 100000-200000/200001' }, same, 206)],
      ranges: [undefined, 'bytes=100000-', undefined],
    },
    {
      why: 'continues with other bytes',
      faults: [
        cut(100_000),
        send(
          { 'content-range': `bytes 100000-${WEIGHTS.length - 1}/${WEIGHTS.length}` },
          (content) => flipped(content.subarray(100_000)),
          206,
        ),
      ],
      ranges: [undefined, 'bytes=100000-', undefined],
    },
    {
      why: 'refuses to continue',
      faults: [cut(100_000), status(416)],
      ranges: [undefined, 'bytes=100000-', undefined],
    },
  ])('$why', async ({ faults, ranges }) => {
    onlyWeights(...faults);
    const { folder } = await fetchModel();
    expect(await readFile(join(folder, WEIGHTS_FILE))).toEqual(WEIGHTS);
    const asked = hub.asked.filter(({ path }) => path.endsWith('/model.onnx'));
    expect(asked.map(({ headers }) => headers.range)).toEqual(ranges);
    const conditions = asked.map(({ headers }) => headers['if-range']);
    expect(conditions.filter((condition) => condition !== undefined && !String(condition).startsWith('"'))).toEqual([]);
  });

  it('has changed the file: If-Range makes it begin anew', async () => {
    onlyWeights(cut(100_000));
    const { folder } = await fetchModel();
    // The good hub has another tag than the one that cut: it answers 200.
    expect(hub.asked.at(-1)?.headers).toMatchObject({ range: 'bytes=100000-', 'if-range': '"one"' });
    expect(await readFile(join(folder, WEIGHTS_FILE))).toEqual(WEIGHTS);
  });

  it('cuts more often than it may fail, but each time there is something new', async () => {
    onlyWeights(...Array.from({ length: 8 }, () => cut(10_000)));
    // The good hub has another tag, and begins anew: what came before was fetched too.
    expect(await fetchModel({ maxAttempts: 2 })).toMatchObject({ fetchedBytes: 80_000 + WEIGHTS.length });
  });
});

describe('a hub that is no good', () => {
  const forever = (fault: Fault): Fault[] => Array.from({ length: 30 }, () => fault);

  it.each<{ why: string; fault: Fault; expected: object; requests: number }>([
    {
      why: 'always flips a bit',
      fault: send({}, flipped),
      expected: { code: 'SLUICE_DOWNLOAD', problem: /checksum/ },
      requests: 3,
    },
    {
      why: 'always sends too much',
      fault: send({}, (content) => Buffer.concat([content, content])),
      expected: { code: 'SLUICE_DOWNLOAD', problem: /more than 240000 bytes/ },
      requests: 3,
    },
    { why: 'is never there', fault: status(503), expected: { code: 'SLUICE_DOWNLOAD', status: 503 }, requests: 3 },
    {
      why: 'asks for more patience than there is',
      fault: status(429, { 'retry-after': '3600' }),
      expected: { code: 'SLUICE_DOWNLOAD', status: 429 },
      requests: 1,
    },
    {
      why: 'does not have the file after all',
      fault: status(404),
      expected: { code: 'SLUICE_DOWNLOAD', status: 404 },
      requests: 1,
    },
    { why: 'wants a token', fault: status(401), expected: { code: 'SLUICE_MODEL_ACCESS', status: 401 }, requests: 1 },
    { why: 'has a gate', fault: status(403), expected: { code: 'SLUICE_MODEL_ACCESS', status: 403 }, requests: 1 },
    {
      why: 'redirects without end',
      fault: (_, response) =>
        !!response.writeHead(302, { location: `/org/tiny/resolve/${COMMIT}/onnx/model.onnx` }).end(),
      expected: { code: 'SLUICE_DOWNLOAD', problem: /redirects more than 5/ },
      requests: 6,
    },
    {
      why: 'redirects to a file',
      fault: status(302, { location: 'file:///etc/passwd' }),
      expected: { code: 'SLUICE_DOWNLOAD', problem: /unsafe/ },
      requests: 1,
    },
  ])('$why', async ({ fault, expected, requests }) => {
    onlyWeights(...forever(fault));
    const error = await fetchModel({ maxAttempts: 3, token: TOKEN }).catch((thrown: unknown) => thrown);
    const patterns = Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        value instanceof RegExp ? expect.stringMatching(value) : value,
      ]),
    );
    expect(error).toMatchObject(patterns);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(TOKEN);
    expect(filesAsked(hub)).toHaveLength(requests);
    await expect(stat(join(cache, 'org--tiny', COMMIT))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(downloadModel('org/tiny', { cache, source: 'cache only' })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_NOT_CACHED',
    });
  });

  it('goes silent', async () => {
    onlyWeights(...forever((_, response, content) => response.write(content.subarray(0, 10)) || true));
    const problem = expect.stringContaining('nothing came for 50 ms');
    await expect(fetchModel({ timeoutMs: 50, maxAttempts: 1 })).rejects.toMatchObject({
      code: 'SLUICE_DOWNLOAD',
      problem,
    });
  });

  it('is not there at all', async () => {
    const gone = createServer();
    const endpoint = await listening(gone);
    await closed(gone);
    const problem = 'the connection failed (ECONNREFUSED)';
    await expect(fetchModel({ endpoint, maxAttempts: 2 })).rejects.toMatchObject({ code: 'SLUICE_DOWNLOAD', problem });
  });

  it.each<{ why: string; list: (list: HubList) => unknown; expected: object }>([
    {
      why: 'no list',
      list: () => 'hello',
      expected: { code: 'SLUICE_DOWNLOAD', problem: 'the answer is no list of files' },
    },
    { why: 'no commit', list: (list) => ({ ...list, sha: '../../..' }), expected: { code: 'SLUICE_DOWNLOAD' } },
    {
      why: 'no checksum',
      list: (list) => ({ ...list, siblings: list.siblings.map(({ blobId: _, lfs: __, ...file }) => file) }),
      expected: { code: 'SLUICE_DOWNLOAD', problem: expect.stringContaining('no checksum of config.json') },
    },
    {
      why: 'no size',
      list: (list) => ({ ...list, siblings: list.siblings.map((file) => ({ ...file, size: -1 })) }),
      expected: { code: 'SLUICE_DOWNLOAD' },
    },
    {
      why: 'a model that is too large',
      list: (list) => ({ ...list, siblings: list.siblings.map((file) => ({ ...file, size: 2 ** 40 })) }),
      expected: { code: 'SLUICE_DOWNLOAD', problem: expect.stringContaining('at most 8589934592') },
    },
    {
      why: 'a list without end',
      list: () => 'x'.repeat(17 * 2 ** 20),
      expected: { code: 'SLUICE_DOWNLOAD', problem: expect.stringContaining('longer than') },
    },
  ])('answers with $why', async ({ list, expected }) => {
    hub.list = list;
    await expect(fetchModel()).rejects.toMatchObject(expected);
    expect(filesAsked(hub)).toEqual([]);
  });

  it('names files outside the folder: they are not asked for', async () => {
    hub.list = (list) => {
      const [file] = list.siblings;
      const names = [
        '../config.json',
        '/config.json',
        'a/../../config.json',
        'a\\config.json',
        '..\\config.json',
        './config.json',
        'a/b/config.json',
        '.ssh/config.json',
        'C:/config.json',
        'onnx/model.onnx/../../x',
      ];
      return { ...list, siblings: [...list.siblings, ...names.map((rfilename) => ({ ...file, rfilename }))] };
    };
    const { folder } = await fetchModel();
    await expectWhole(folder);
    expect(await readdir(root)).toEqual(['cache']);
    expect(filesAsked(hub).sort()).toEqual(needed);
  });

  it('answers for another commit than was asked for', async () => {
    hub.list = (list) => ({ ...list, sha: 'd'.repeat(40) });
    await expect(downloadModel(`org/tiny@${COMMIT}`, { cache, endpoint: hub.endpoint })).rejects.toMatchObject({
      problem: 'the hub answers with another commit',
    });
  });

  it('has no such model', async () => {
    await expect(downloadModel('org/none@v1', { cache, endpoint: hub.endpoint })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_NOT_FOUND',
      model: 'org/none',
      revision: 'v1',
    });
  });
});

describe('the token', () => {
  it('goes to the endpoint, and to no host that it redirects to', async () => {
    const seen: (string | undefined)[] = [];
    const storage = createServer((request, response) => {
      seen.push(request.headers.authorization);
      sendFile(request, response, WEIGHTS);
    });
    const place = (await listening(storage)).replace('127.0.0.1', 'localhost');
    onlyWeights((_, response) => !!response.writeHead(302, { location: `${place}/blob?signature=s3cret` }).end());
    await fetchModel({ token: TOKEN });
    await closed(storage);
    expect(seen).toEqual([undefined]);
    expect(new Set(hub.asked.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${TOKEN}`]));
  });

  it.each([
    { why: 'a token with a line end', options: { token: `${TOKEN}\nx` }, path: 'token' },
    { why: 'an endpoint in the clear', options: { endpoint: 'http://hub.example', token: TOKEN }, path: 'endpoint' },
    {
      why: 'an endpoint with a password',
      options: { endpoint: 'https://me:hf_secretsecret@hub.example' },
      path: 'endpoint',
    },
    { why: 'an endpoint that is none', options: { endpoint: 'hub' }, path: 'endpoint' },
  ])('$why is refused without being quoted', async ({ options, path }) => {
    const error = await fetchModel(options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', path });
    expect(String(error)).not.toContain(TOKEN);
  });
});

describe('the cache', () => {
  it.each(['flipped', 'cut'])('a file in it that was %s is never used', async (damage) => {
    const { folder } = await fetchModel();
    await writeFile(join(folder, WEIGHTS_FILE), damage === 'cut' ? WEIGHTS.subarray(1) : flipped(WEIGHTS));
    await expect(fetchModel({ source: 'cache only' })).rejects.toMatchObject({
      code: 'SLUICE_MODEL_NOT_CACHED',
      files: [WEIGHTS_FILE],
    });
    expect(await fetchModel()).toMatchObject({ fetchedBytes: WEIGHTS.length });
    await expectWhole(folder);
  });

  it('with a damaged note asks the hub again', async () => {
    const { folder } = await fetchModel();
    await writeFile(join(cache, 'org--tiny/revisions/main.json'), '{"commit":"../../../etc"}');
    await expect(fetchModel({ source: 'cache only' })).rejects.toMatchObject({ code: 'SLUICE_MODEL_NOT_CACHED' });
    expect(await fetchModel()).toMatchObject({ folder, fetchedBytes: 0 });
  });

  it('serves several who want the same at once; one of them fetches', async () => {
    const models = await Promise.all(Array.from({ length: 4 }, () => fetchModel()));
    expect(new Set(models.map(({ folder }) => folder)).size).toBe(1);
    expect(filesAsked(hub).sort()).toEqual(needed);
    const [first] = models;
    await expectWhole(first?.folder ?? '');
  });

  it('keeps what came before a cancellation, for the next call', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    onlyWeights((_, response, content) => {
      response.writeHead(200, { 'content-length': content.length });
      return response.write(content.subarray(0, 50_000)) || true;
    });
    const onProgress = ({ done }: { done: number }): void => {
      if (done >= 50_000) stop.abort(reason);
    };
    await expect(fetchModel({}, { signal: stop.signal, onProgress })).rejects.toBe(reason);
    const { folder, fetchedBytes } = await fetchModel();
    expect(hub.asked.at(-1)?.headers.range).toBe('bytes=50000-');
    expect(fetchedBytes).toBe(WEIGHTS.length - 50_000);
    expect(await readFile(join(folder, WEIGHTS_FILE))).toEqual(WEIGHTS);
  });

  it('ends a call whose signal has fired before, or whose listener throws', async () => {
    const reason = new Error('never mind');
    await expect(fetchModel({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(hub.asked).toEqual([]);
    const onProgress = () => {
      throw reason;
    };
    await expect(fetchModel({}, { onProgress })).rejects.toBe(reason);
    expect(await fetchModel()).toMatchObject({ fetchedBytes: expect.any(Number) });
  });
});
