import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What a server was asked for. */
export interface RerankBody {
  readonly model: string;
  readonly query: string;
  readonly documents: readonly string[];
  readonly top_n?: number;
  readonly top_k?: number;
  readonly [field: string]: unknown;
}

/** A request as it came in. */
export interface AskedRerank {
  readonly body: RerankBody;
  readonly headers: IncomingMessage['headers'];
}

export interface RerankItem {
  readonly index: number;
  readonly relevance_score: number;
}

/** Answers instead of the server; `false` leaves it to the server. */
export type RerankFault = (response: ServerResponse, body: RerankBody) => boolean;

/** A server that speaks `/rerank`, over a function that scores. It can be told to misbehave. */
export interface RerankServer {
  readonly baseUrl: string;
  readonly asked: AskedRerank[];
  /** Each is for one request, in order. */
  readonly faults: RerankFault[];
  /** The most requests that were open at once. */
  mostOpen: number;
  /** Called with each request before it is answered. */
  onRequest: (body: RerankBody) => Promise<void> | void;
  /** Changes the results of every answer. */
  change: (items: RerankItem[]) => unknown;
  close(): Promise<void>;
}

export async function rerankServer(score: (query: string, document: string) => number): Promise<RerankServer> {
  const server = createServer((request, response) => {
    open++;
    state.mostOpen = Math.max(state.mostOpen, open);
    response.on('close', () => open--);
    answer(request, response).catch(() => response.destroy());
  });
  let open = 0;
  const state: RerankServer = {
    baseUrl: '',
    asked: [],
    faults: [],
    mostOpen: 0,
    onRequest: () => undefined,
    change: (items) => items,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body: RerankBody = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    state.asked.push({ body, headers: request.headers });
    await state.onRequest(body);
    if (request.url !== '/v2/rerank' || request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    if (state.faults.shift()?.(response, body)) return;
    const results = state.change(itemsFor(body));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body.top_k === undefined ? { id: 'one', results } : { object: 'list', data: results }));
  }

  /** Best first and no more than asked for; three where nothing is said, as some gateways have it. */
  function itemsFor({ query, documents, top_n: topN, top_k: topK }: RerankBody): RerankItem[] {
    return documents
      .map((document, index) => ({ index, relevance_score: score(query, document) }))
      .sort((left, right) => right.relevance_score - left.relevance_score)
      .slice(0, topK ?? topN ?? 3);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return Object.assign(state, { baseUrl: `http://127.0.0.1:${address.port}/v2` });
}
