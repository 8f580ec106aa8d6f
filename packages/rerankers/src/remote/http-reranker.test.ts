import { type Candidates, type DocumentSpace, idSpace, type Ranking, type Reranker } from '@sluice/core';
import { rankingWith, testReranker } from '@sluice/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { httpReranker } from './http-reranker.js';
import type { HttpRerankerOptions } from './http-reranker-settings.js';
import { type RerankFault, type RerankItem, rerankServer } from './rerank-server.fixture.js';

const KEY = 'sk-secretsecret';
const TEXT = 'a text that is nobody’s business';

/** A number in the text is its score; another text has a score of its own for each query. */
const server = await rerankServer((query, document) => {
  const written = /-?\d+\.\d+/.exec(document);
  if (written) return Number(written[0]);
  const sum = [...`${query}|${document}`].reduce((total, character) => total * 31 + (character.codePointAt(0) ?? 0), 7);
  return (sum % 1009) / 1009;
});
const make = (options: Partial<HttpRerankerOptions> = {}): Reranker =>
  httpReranker({
    baseUrl: server.baseUrl,
    model: 'hashed',
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

testReranker('httpReranker', () => make({ maxDocuments: 7 }), { runs: 10, manyCandidates: 1000 });
testReranker('httpReranker over Voyage, in logits', () => make({ dialect: 'voyage', scores: 'logit' }), {
  runs: 10,
  manyCandidates: 10_000,
});

/** One list; ids are the positions of the texts. */
function listOf(texts: readonly (string | { title: string; text: string })[], query = 'why?'): Candidates {
  const ids = texts.map((_, at) => `d${String(at).padStart(3, '0')}`);
  const titled = texts.map((text) => (typeof text === 'string' ? { text } : text));
  const space: DocumentSpace = {
    ...idSpace(ids),
    texts: async (ordinals) => Array.from(ordinals, (at) => titled[at] ?? { text: '' }),
  };
  return { query: { text: query }, ranking: rankingWith({ ids, space }) };
}

const scored = (rankings: readonly Ranking[]): [string, number][][] =>
  rankings.map((ranking) => ranking.toDocuments().map(({ id, score }) => [id, score]));

const many = Array.from({ length: 25 }, (_, at) => `passage ${((at * 7) % 25) / 25 + 0.01}`);

describe('requests', () => {
  it('stay within limits, run a few at once, and give each document its score', async () => {
    const [ranking] = await make({ maxDocuments: 4, maxConcurrentRequests: 3 }).rerank([listOf(many)]);
    expect(server.asked.map(({ body }) => body.documents.length).toSorted()).toEqual([1, 4, 4, 4, 4, 4, 4]);
    expect(server.mostOpen).toBeLessThanOrEqual(3);
    const expected = many
      .map((text, at) => [`d${String(at).padStart(3, '0')}`, Math.fround(Number(text.slice(8)))])
      .sort(([, left], [, right]) => Number(right) - Number(left));
    expect(scored(ranking ? [ranking] : [])).toEqual([expected]);
    expect(ranking?.scale).toEqual({ name: 'relevance', minimum: 0, maximum: 1 });
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
    await make({ maxConcurrentRequests: 3 }).rerank(['a', 'b', 'c'].map((query) => listOf(['text'], query)));
    expect(server.mostOpen).toBe(3);
  });

  it('ask for all documents, even under topK, in the field of the dialect', async () => {
    const fields = { return_documents: false };
    const [cut] = await make({ fields }).rerank([listOf(many)], { topK: 2 });
    expect(cut?.length).toBe(2);
    await make({ dialect: 'voyage' }).rerank([listOf(many.slice(0, 5))]);
    const [cohere, voyage] = server.asked;
    expect(cohere?.body).toEqual({ model: 'hashed', query: 'why?', documents: many, top_n: 25, ...fields });
    expect(cohere?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(voyage?.body).toEqual({ model: 'hashed', query: 'why?', documents: many.slice(0, 5), top_k: 5 });
  });

  it('carry titles, and texts cut when told to, whole characters only', async () => {
    const texts = [{ title: 'Moon', text: 'tides' }, '😀😀😀😀😀😀😀😀', 'a\ud800b'];
    await make({ maxDocumentCharacters: 6 }).rerank([listOf(texts)]);
    expect(server.asked[0]?.body.documents).toEqual(['Moon t', '😀😀😀😀😀😀', 'a\ufffdb']);
  });

  it('leave out documents without text, which are not relevant', async () => {
    expect(scored(await make().rerank([listOf(['', 'of 0.25', ' \n'])]))).toEqual([
      [
        ['d001', 0.25],
        ['d000', 0],
        ['d002', 0],
      ],
    ]);
    expect(server.asked.map(({ body }) => body.documents)).toEqual([['of 0.25']]);
    const [logits] = await make({ scores: 'logit' }).rerank([listOf(['', 'of -3.5', 'of 12.5'])]);
    expect([...(logits?.scores ?? [])]).toEqual([12.5, -3.5, -100]);
    await make().rerank([listOf(['', '']), listOf([])]);
    expect(server.asked).toHaveLength(2);
  });
});

const status =
  (code: number, headers: Record<string, string> = {}, body: unknown = ''): RerankFault =>
  (response) => {
    response.writeHead(code, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    return true;
  };
const hangUp: RerankFault = (response) => {
  response.destroy();
  return true;
};
const halfAnswer: RerankFault = (response) => {
  response.writeHead(200, { 'content-length': 1000 }).write('{"results":[');
  response.destroy();
  return true;
};

describe('an endpoint in trouble', () => {
  it.each<{ why: string; faults: RerankFault[] }>([
    {
      why: 'busy, and says until when',
      faults: [status(429, { 'retry-after': '0' }), status(429, { 'retry-after-ms': '3' })],
    },
    { why: 'faulty', faults: [status(500), status(502), status(503), status(529)] },
    { why: 'hanging up', faults: [hangUp, halfAnswer] },
  ])('that is $why for a while is asked again', async ({ faults }) => {
    server.faults.push(...faults);
    const requests = faults.length + 1;
    expect(scored(await make().rerank([listOf(['of 0.5'])]))).toEqual([[['d000', 0.5]]]);
    expect(server.asked).toHaveLength(requests);
  });

  it.each<{ why: string; fault: RerankFault; expected: object; requests: number }>([
    { why: 'busy for ever', fault: status(429), expected: { status: 429 }, requests: 3 },
    {
      why: 'busy for longer than there is patience',
      fault: status(429, { 'retry-after': '3600' }),
      expected: { status: 429 },
      requests: 1,
    },
    {
      why: 'unwilling',
      fault: status(401, {}, { message: `bad key ${KEY}`, error: { code: 'invalid_api_key' } }),
      expected: { status: 401, reason: 'invalid_api_key' },
      requests: 1,
    },
    {
      why: 'unable',
      fault: status(400, {}, { detail: TEXT, error: { code: TEXT, type: KEY } }),
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
    { why: 'cut off', fault: halfAnswer, expected: { status: undefined }, requests: 3 },
  ])('that is $why is given up, quoting neither text nor key', async ({ fault, expected, requests }) => {
    server.faults.push(...Array.from({ length: 5 }, () => fault));
    const error = await make({ maxAttempts: 3 })
      .rerank([listOf([TEXT], TEXT)])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SLUICE_RERANK_REQUEST', endpoint: `${server.baseUrl}/rerank`, ...expected });
    expect(server.asked).toHaveLength(requests);
    const said = JSON.stringify(error, Object.getOwnPropertyNames(error));
    expect(said).not.toContain(KEY);
    expect(said).not.toContain(TEXT);
  });

  it('that goes silent is given up after a time', async () => {
    server.faults.push(() => true);
    const problem = 'nothing came for 50 ms';
    const call = make({ timeoutMs: 50, maxAttempts: 1 }).rerank([listOf(['a'])]);
    await expect(call).rejects.toMatchObject({ problem });
  });

  it('stops the other requests when one fails for good', async () => {
    server.faults.push(() => true, status(400));
    const call = make({ maxDocuments: 1, maxConcurrentRequests: 2 }).rerank([listOf(many), listOf(many)]);
    await expect(call).rejects.toMatchObject({ status: 400 });
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });
});

describe('a cancelled call', () => {
  it('ends while a request hangs, with the reason', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    server.onRequest = () => stop.abort(reason);
    server.faults.push(() => true);
    await expect(make().rerank([listOf(['a'])], { signal: stop.signal })).rejects.toBe(reason);
  });

  it('ends in a pause', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    server.faults.push((response, body) => {
      response.on('finish', () => setImmediate(() => stop.abort(reason)));
      return status(429, { 'retry-after': '30' })(response, body);
    });
    const call = make({ maxRetryDelayMs: 60_000 }).rerank([listOf(['a'])], { signal: stop.signal });
    await expect(call).rejects.toBe(reason);
  });
});

describe('an answer that is not what is due is refused', () => {
  const item = (index: number, score: unknown = 0.5): object => ({ index, relevance_score: score });

  it.each<{ why: string; items: unknown; problem: RegExp }>([
    { why: 'a document missing', items: [item(1)], problem: /document 0 of 2, counted from 0, has no score/ },
    { why: 'no documents', items: [], problem: /document 0 of 2/ },
    { why: 'a document twice', items: [item(1), item(0), item(1)], problem: /document 1 twice/ },
    { why: 'a document too many', items: [item(0), item(1), item(2)], problem: /document 2 of 2/ },
    { why: 'a document before the first', items: [item(0), item(-1)], problem: /document -1 of 2/ },
    { why: 'half a document', items: [item(0), item(0.5)], problem: /no list/ },
    { why: 'no score', items: [item(0), item(1, null)], problem: /no list/ },
    { why: 'a score as text', items: [item(0), item(1, '0.5')], problem: /no list/ },
    { why: 'a score above 1', items: [item(0), item(1, 1.5)], problem: /document 1 is not between 0 and 1/ },
    { why: 'a score below 0', items: [item(0), item(1, -0.5)], problem: /document 1 is not between 0 and 1/ },
    { why: 'a score beyond float32', items: [item(0), item(1, 1e39)], problem: /not finite/ },
    { why: 'no list', items: 'hello', problem: /no list/ },
  ])('$why', async ({ items, problem }) => {
    server.change = () => items;
    const error = expect.objectContaining({ code: 'SLUICE_RERANK_ANSWER', problem: expect.stringMatching(problem) });
    await expect(make().rerank([listOf(['a', 'b'])])).rejects.toEqual(error);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['{"results":', /not JSON/],
    ['{"results":[{"index":0,"relevance_score":NaN}]}', /not JSON/],
    ['[]', /no list/],
    [`"${'x'.repeat(2000)}"`, /longer than/],
  ])('%s', async (body, problem) => {
    server.faults.push(status(200, {}, body));
    const error = expect.objectContaining({ problem: expect.stringMatching(problem) });
    await expect(make({ maxAnswerBytes: 1000 }).rerank([listOf(['a'])])).rejects.toEqual(error);
  });

  it('but results in any order are placed by their index', async () => {
    server.change = (items: RerankItem[]) => items.toReversed();
    expect(scored(await make().rerank([listOf(['of 0.25', 'of 0.75'])]))).toEqual([
      [
        ['d001', 0.75],
        ['d000', 0.25],
      ],
    ]);
  });
});

it('refuses documents without texts, and asks nothing', async () => {
  const bare = [{ query: { text: 'q' }, ranking: rankingWith({ ids: ['a'] }) }];
  await expect(make().rerank(bare)).rejects.toMatchObject({ code: 'SLUICE_INVALID_INPUT' });
  expect(server.asked).toEqual([]);
});

it.each<{ path: string; options: object }>([
  { path: 'baseUrl', options: { baseUrl: `https://me:${KEY}@example.org/v2` } },
  { path: 'apiKey', options: { apiKey: `${KEY}\n` } },
  { path: 'headers', options: { headers: { Authorization: `Bearer ${KEY}` } } },
  { path: 'headers', options: { headers: { 'X-Key': KEY, 'x-key': KEY } } },
  { path: 'headers.api-key', options: { headers: { 'api-key': `${KEY}\r\nx: y` } } },
  { path: 'fields.top_n', options: { fields: { top_n: 3 } } },
  { path: 'maxDocuments', options: { maxDocuments: 0 } },
  { path: 'dialect', options: { dialect: 'openai' } },
  { path: '', options: { topN: 3 } },
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
