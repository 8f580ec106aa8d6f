import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Embedder, rowOf } from '@sluice/core';

/** What a server was asked for. */
export interface EmbeddingBody {
  readonly model: string;
  readonly input: readonly string[];
  readonly encoding_format?: string;
  readonly dimensions?: number;
  readonly [field: string]: unknown;
}

/** A request as it came in. */
export interface AskedEmbeddings {
  readonly body: EmbeddingBody;
  readonly headers: IncomingMessage['headers'];
}

export interface EmbeddingItem {
  index?: number;
  embedding: unknown;
}

/** Answers instead of the server; `false` leaves it to the server. */
export type EmbeddingFault = (response: ServerResponse, body: EmbeddingBody) => boolean;

/** A server that speaks `/embeddings`, over an embedder. It can be told to misbehave. */
export interface EmbeddingServer {
  readonly baseUrl: string;
  readonly asked: AskedEmbeddings[];
  /** Each is for one request, in order. */
  readonly faults: EmbeddingFault[];
  /** The most requests that were open at once. */
  mostOpen: number;
  /** Called with each request before it is answered. */
  onRequest: (body: EmbeddingBody) => Promise<void> | void;
  /** Changes the rows of every answer. */
  change: (items: EmbeddingItem[]) => unknown;
  close(): Promise<void>;
}

export async function embeddingServer(embedder: Embedder): Promise<EmbeddingServer> {
  const server = createServer((request, response) => {
    open++;
    state.mostOpen = Math.max(state.mostOpen, open);
    response.on('close', () => open--);
    answer(request, response).catch(() => response.destroy());
  });
  let open = 0;
  const state: EmbeddingServer = {
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
    const body: EmbeddingBody = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    state.asked.push({ body, headers: request.headers });
    await state.onRequest(body);
    if (request.url !== '/v1/embeddings' || request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    if (state.faults.shift()?.(response, body)) return;
    const items = await itemsFor(body);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', data: state.change(items), model: body.model }));
  }

  async function itemsFor({
    input,
    encoding_format: encoding,
    dimensions: columns,
  }: EmbeddingBody): Promise<EmbeddingItem[]> {
    const encoded = await embedder.encodeQueries(input, columns === undefined ? {} : { dimensions: columns });
    const items = input.map((_, index) => {
      // Longer than 1, as some providers send them.
      const row = rowOf(encoded, index).map((value) => value * 3);
      const embedding = encoding === 'base64' ? Buffer.from(row.buffer).toString('base64') : [...row];
      return { object: 'embedding', index, embedding };
    });
    // Nothing says that they come in order.
    return items.reverse();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return Object.assign(state, { baseUrl: `http://127.0.0.1:${address.port}/v1` });
}
