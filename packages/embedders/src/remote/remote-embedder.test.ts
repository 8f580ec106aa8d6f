import type { Matrix } from '@sluice/core';
import { hashedEmbedder, testEmbedder } from '@sluice/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddingFault, type EmbeddingItem, embeddingServer } from './embedding-server.fixture.js';
import { remoteEmbedder } from './remote-embedder.js';
import type { RemoteEmbedderOptions } from './remote-settings.js';

const KEY = 'sk-secretsecret';
const TEXT = 'a text that is nobody’s business';
const server = await embeddingServer(hashedEmbedder());
const make = (options: Partial<RemoteEmbedderOptions> = {}) =>
  remoteEmbedder({
    baseUrl: server.baseUrl,
    model: 'hashed',
    dimensions: 16,
    apiKey: KEY,
    retryDelayMs: 1,
    maxRetryDelayMs: 50,
    ...options,
  });

beforeEach(() => {
  server.asked.length = 0;
  server.faults.length = 0;
  server.mostOpen = 0;
  server.onRequest = () => undefined;
  server.change = (items) => items;
});
afterAll(() => server.close());

testEmbedder('remoteEmbedder', () => make({ maxTexts: 3 }), {
  others: [
    () => make({ model: 'other' }),
    () => make({ baseUrl: 'https://elsewhere.example/v1' }),
    () => make({ dimensions: 8, shortening: 'remote' }),
    () => make({ queryPrompt: 'query: ' }),
    () => make({ documentPrompt: 'query: ' }),
    () => make({ queryFields: { input_type: 'query' } }),
    () => make({ documentFields: { input_type: 'query' } }),
    () => make({ maxTextCharacters: 10 }),
    () => make({ similarity: 'dot' }),
  ],
});
testEmbedder('remoteEmbedder under dot, in floats', () => make({ similarity: 'dot', encoding: 'float' }));

const words = Array.from({ length: 25 }, (_, at) => `word ${at} of ${at * at}`);

function expectClose(actual: Matrix, expected: Matrix): void {
  expect(actual.data.length).toBe(expected.data.length);
  for (const [at, value] of actual.data.entries()) expect(value).toBeCloseTo(expected.data[at] ?? Number.NaN, 6);
}

describe('requests', () => {
  it.each(['base64', 'float'] as const)('carry %s, stay within limits, and come back in order', async (encoding) => {
    const embedder = make({ encoding, maxTexts: 10, maxCharacters: 60, maxConcurrentRequests: 3 });
    expectClose(await embedder.encodeDocuments(words), await hashedEmbedder().encodeDocuments(words));
    const inputs = server.asked.map(({ body }) => body.input);
    expect(inputs.flat().toSorted()).toEqual(words.toSorted());
    for (const input of inputs) expect(input.join('').length).toBeLessThanOrEqual(60);
    expect(inputs.length).toBeGreaterThan(5);
    expect(server.mostOpen).toBeLessThanOrEqual(3);
    expect(server.asked[0]?.body).toMatchObject({ model: 'hashed', encoding_format: encoding });
    expect(server.asked[0]?.body).not.toHaveProperty('dimensions');
    expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it('run at once as far as they may', async () => {
    let release = (): void => undefined;
    const three = new Promise<void>((resolve) => {
      release = resolve;
    });
    server.onRequest = () => {
      if (server.asked.length === 3) release();
      return three;
    };
    await make({ maxTexts: 1, maxConcurrentRequests: 3 }).encodeDocuments(words.slice(0, 3));
    expect(server.mostOpen).toBe(3);
  });

  it('give a text that is longer than all limits one of its own', async () => {
    await make({ maxCharacters: 10 }).encodeDocuments(['a', 'b'.repeat(50), 'c', 'd']);
    expect(server.asked.map(({ body }) => body.input).toSorted()).toEqual([['a'], ['b'.repeat(50)], ['c', 'd']]);
  });

  it('tell queries and documents apart, with prompts, titles and fields', async () => {
    const embedder = make({
      queryPrompt: 'query: ',
      documentPrompt: 'passage: ',
      queryFields: { input_type: 'query' },
      documentFields: { input_type: 'document', truncate: true },
      headers: { 'x-team': 'search and find' },
    });
    await embedder.encodeQueries(['tides']);
    await embedder.encodeDocuments([{ title: 'Moon', text: 'tides' }]);
    expect(server.asked.map(({ body }) => body)).toEqual([
      { model: 'hashed', encoding_format: 'base64', input: ['query: tides'], input_type: 'query' },
      {
        model: 'hashed',
        encoding_format: 'base64',
        input: ['passage: Moon tides'],
        input_type: 'document',
        truncate: true,
      },
    ]);
    expect(server.asked[0]?.headers['x-team']).toBe('search and find');
  });

  it('ask for fewer dimensions where the endpoint shortens', async () => {
    const { data } = await make({ dimensions: 8, shortening: 'remote' }).encodeQueries(['tides']);
    expect(server.asked[0]?.body.dimensions).toBe(8);
    expect(data).toHaveLength(8);
  });

  it('cut texts when told to, never within a character, and send no half of one', async () => {
    await make({ maxTextCharacters: 5 }).encodeDocuments(['abcdefgh', 'abcd𝒳yz', 'a\ud800b']);
    expect(server.asked[0]?.body.input).toEqual(['abcde', 'abcd', 'a\ufffdb']);
  });

  it('leave out empty texts, whose rows are zeros', async () => {
    const { data } = await make().encodeDocuments(['', 'tides', '']);
    expect(server.asked.map(({ body }) => body.input)).toEqual([['tides']]);
    expect([...data.subarray(0, 16), ...data.subarray(32)]).toEqual(Array.from({ length: 32 }, () => 0));
    expect(await make().encodeDocuments(['', ''])).toMatchObject({ rows: 2, columns: 16 });
    expect(server.asked).toHaveLength(1);
  });
});

const status =
  (code: number, headers: Record<string, string> = {}, body: unknown = ''): EmbeddingFault =>
  (response) => {
    response.writeHead(code, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    return true;
  };
const hangUp: EmbeddingFault = (response) => {
  response.destroy();
  return true;
};
const halfAnswer: EmbeddingFault = (response) => {
  response.writeHead(200, { 'content-length': 1000 }).write('{"data":[');
  response.destroy();
  return true;
};

describe('an endpoint in trouble', () => {
  it.each<{ why: string; faults: EmbeddingFault[] }>([
    {
      why: 'busy, and says until when',
      faults: [status(429, { 'retry-after': '0' }), status(429, { 'retry-after-ms': '3' })],
    },
    { why: 'faulty', faults: [status(500), status(502), status(503), status(529)] },
    { why: 'hanging up', faults: [hangUp, halfAnswer] },
  ])('that is $why for a while is asked again', async ({ faults }) => {
    server.faults.push(...faults);
    const requests = faults.length + 1;
    expectClose(await make().encodeQueries(['tides']), await hashedEmbedder().encodeQueries(['tides']));
    expect(server.asked).toHaveLength(requests);
  });

  it.each<{ why: string; fault: EmbeddingFault; expected: object; requests: number }>([
    { why: 'busy for ever', fault: status(429), expected: { status: 429 }, requests: 3 },
    {
      why: 'busy for longer than there is patience',
      fault: status(429, { 'retry-after': '3600' }),
      expected: { status: 429 },
      requests: 1,
    },
    {
      why: 'out of money',
      fault: status(429, {}, { error: { code: 'insufficient_quota' } }),
      expected: { status: 429, reason: 'insufficient_quota' },
      requests: 1,
    },
    {
      why: 'unwilling',
      fault: status(401, {}, { error: { message: `bad key ${KEY}`, code: 'invalid_api_key' } }),
      expected: { status: 401, reason: 'invalid_api_key' },
      requests: 1,
    },
    {
      why: 'unable',
      fault: status(400, {}, { error: { message: TEXT, code: TEXT, type: KEY } }),
      expected: { status: 400, reason: undefined },
      requests: 1,
    },
    {
      why: 'elsewhere',
      fault: status(307, { location: 'http://127.0.0.1:9/' }),
      expected: { status: 307 },
      requests: 1,
    },
    { why: 'gone', fault: hangUp, expected: { status: undefined }, requests: 3 },
  ])('that is $why is given up, quoting neither text nor key', async ({ fault, expected, requests }) => {
    server.faults.push(...Array.from({ length: 5 }, () => fault));
    const error = await make({ maxAttempts: 3 })
      .encodeQueries([TEXT])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SLUICE_EMBEDDING_REQUEST',
      endpoint: `${server.baseUrl}/embeddings`,
      ...expected,
    });
    expect(server.asked).toHaveLength(requests);
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(said).not.toContain(KEY);
    expect(said).not.toContain(TEXT);
  });

  it('that goes silent is given up after a time', async () => {
    server.faults.push(() => true);
    const problem = 'nothing came for 50 ms';
    await expect(make({ timeoutMs: 50, maxAttempts: 1 }).encodeQueries(['a'])).rejects.toMatchObject({ problem });
  });

  it('stops the other requests when one fails for good', async () => {
    server.faults.push(() => true, status(400));
    await expect(make({ maxTexts: 1, maxConcurrentRequests: 2 }).encodeDocuments(words)).rejects.toMatchObject({
      status: 400,
    });
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });
});

describe('a cancelled call', () => {
  it('ends while a request hangs, with the reason', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    server.onRequest = () => stop.abort(reason);
    server.faults.push(() => true);
    await expect(make().encodeQueries(['tides'], { signal: stop.signal })).rejects.toBe(reason);
  });

  it('ends in a pause', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    server.faults.push((response) => {
      response.on('finish', () => setImmediate(() => stop.abort(reason)));
      return status(429, { 'retry-after': '30' })(response, { model: '', input: [] });
    });
    const call = make({ maxRetryDelayMs: 60_000 }).encodeQueries(['tides'], { signal: stop.signal });
    await expect(call).rejects.toBe(reason);
  });
});

describe('an answer that is not what is due is refused', () => {
  const item = (index: number | undefined, embedding: unknown): EmbeddingItem =>
    index === undefined ? { embedding } : { index, embedding };
  const row = (columns: number, value: unknown = 1): unknown[] => Array.from({ length: columns }, () => value);

  it.each<{ why: string; items: unknown; problem: RegExp }>([
    { why: 'too few rows', items: [item(0, row(16))], problem: /1 rows came for 2 texts/ },
    { why: 'too many rows', items: [0, 1, 2].map((at) => item(at, row(16))), problem: /3 rows came for 2 texts/ },
    { why: 'a row twice', items: [item(1, row(16)), item(1, row(16))], problem: /indexes/ },
    { why: 'a row of no text', items: [item(0, row(16)), item(2, row(16))], problem: /indexes/ },
    { why: 'an index once', items: [item(0, row(16)), item(undefined, row(16))], problem: /indexes/ },
    { why: 'a narrow row', items: [item(0, row(16)), item(1, row(15))], problem: /15 numbers, 16 are due/ },
    {
      why: 'a wide row in base64',
      items: [item(0, row(16)), item(1, Buffer.alloc(68).toString('base64'))],
      problem: /17 numbers, 16 are due/,
    },
    { why: 'null in a row', items: [item(0, row(16)), item(1, row(16, null))], problem: /no number/ },
    { why: 'a number beyond float32', items: [item(0, row(16)), item(1, row(16, 1e39))], problem: /not finite/ },
    {
      why: 'NaN in base64',
      items: [
        item(0, row(16)),
        item(1, Buffer.from(Float32Array.from(row(16), () => Number.NaN).buffer).toString('base64')),
      ],
      problem: /not finite/,
    },
    { why: 'no list', items: 'hello', problem: /no list/ },
    { why: 'a list of something else', items: [1, 2], problem: /no list/ },
  ])('$why', async ({ items, problem }) => {
    server.change = () => items;
    const error = expect.objectContaining({ code: 'SLUICE_EMBEDDING_ANSWER', problem: expect.stringMatching(problem) });
    await expect(make().encodeDocuments(['a', 'b'])).rejects.toEqual(error);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['{"data":', /not JSON/],
    ['[]', /no list/],
    [`"${'x'.repeat(2000)}"`, /longer than/],
  ])('%s', async (body, problem) => {
    server.faults.push(status(200, {}, body));
    const error = expect.objectContaining({ problem: expect.stringMatching(problem) });
    await expect(make({ maxAnswerBytes: 1000 }).encodeQueries(['a'])).rejects.toEqual(error);
  });

  it('but rows without any index are taken in their order', async () => {
    server.change = (items) => items.reverse().map(({ embedding }) => ({ embedding }));
    expectClose(await make().encodeDocuments(words), await hashedEmbedder().encodeDocuments(words));
  });
});

it.each<{ path: string; options: object }>([
  { path: 'baseUrl', options: { baseUrl: `https://me:${KEY}@example.org/v1` } },
  { path: 'baseUrl', options: { baseUrl: `https://example.org/v1?key=${KEY}` } },
  { path: 'baseUrl', options: { baseUrl: 'localhost:8080' } },
  { path: 'apiKey', options: { apiKey: `${KEY}\n` } },
  { path: 'headers', options: { headers: { Authorization: `Bearer ${KEY}` } } },
  { path: 'headers', options: { headers: { 'X-Key': KEY, 'x-key': KEY } } },
  { path: 'headers.api-key', options: { headers: { 'api-key': `${KEY}\r\nx: y` } } },
  { path: 'queryFields.input', options: { queryFields: { input: 'mine' } } },
  { path: 'dimensions', options: { dimensions: 0 } },
  { path: 'maxTexts', options: { maxTexts: 0 } },
  { path: '', options: { inputType: 'query' } },
])('refuses $options, not quoting secrets', ({ path, options }) => {
  const refusal = (() => {
    try {
      return make(options);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', path });
  expect(String(refusal)).not.toContain(KEY);
});
