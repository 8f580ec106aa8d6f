import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What was asked of a server. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request in another way than a good hub would, or returns `false` to leave it alone. */
export type Fault = (request: IncomingMessage, response: ServerResponse, content: Buffer) => boolean;

export const COMMIT = 'c0ffee'.padEnd(40, '0');

/** A hub on this machine with one model, `org/tiny`. It can be told to misbehave. */
export interface LocalHub {
  readonly endpoint: string;
  readonly asked: Asked[];
  /** Each fault is for one request of a file's bytes, in order; afterwards the hub is good. */
  readonly faults: Fault[];
  /** Files by name; those in `large` have the checksum of large file storage, others git's. */
  readonly files: Map<string, Buffer>;
  readonly large: Set<string>;
  /** Changes the list of files before it is sent. */
  list: (list: HubList) => unknown;
  close(): Promise<void>;
}

export interface HubList {
  sha: string;
  siblings: {
    rfilename: string;
    size: number;
    blobId?: string;
    lfs?: { sha256: string; size: number; pointerSize: number };
  }[];
}

/** Names of the files whose bytes were asked for, in order. */
export function filesAsked({ asked }: Pick<LocalHub, 'asked'>): string[] {
  return asked.flatMap(({ path }) => {
    const [, name] = path.split(`/resolve/${COMMIT}/`);
    return name === undefined ? [] : [name];
  });
}

export async function localHub(): Promise<LocalHub> {
  const hub: Omit<LocalHub, 'endpoint' | 'close'> = {
    asked: [],
    faults: [],
    files: new Map(),
    large: new Set(),
    list: (list) => list,
  };
  const server = createServer((request, response) => answer(hub, request, response));
  const endpoint = await listening(server);
  return Object.assign(hub, { endpoint, close: () => closed(server) });
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return `http://127.0.0.1:${address.port}`;
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

function answer(hub: Omit<LocalHub, 'endpoint' | 'close'>, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url ?? '';
  hub.asked.push({ path, headers: request.headers });
  if (/^\/api\/models\/org\/tiny\/revision\/(main|c0ffee0+)\?blobs=true$/.test(path)) {
    const list = hub.list({ sha: COMMIT, siblings: [...hub.files.keys()].map((name) => siblingOf(hub, name)) });
    response.end(JSON.stringify(list));
    return;
  }
  const name = decodeURIComponent(path.split(`/org/tiny/resolve/${COMMIT}/`)[1] ?? '');
  const content = hub.files.get(name);
  if (!content) {
    response.writeHead(404).end();
    return;
  }
  if (hub.faults.shift()?.(request, response, content)) return;
  sendFile(request, response, content);
}

/** As a good server does, ranges included. */
export function sendFile(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const etag = `"${createHash('md5').update(content).digest('hex')}"`;
  const condition = request.headers['if-range'];
  const [, first] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined || (condition !== undefined && condition !== etag)) {
    response.writeHead(200, { etag, 'content-length': content.length }).end(content);
    return;
  }
  const start = Number(first);
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response
    .writeHead(206, { etag, 'content-range': range, 'content-length': content.length - start })
    .end(content.subarray(start));
}

function siblingOf({ files, large }: Pick<LocalHub, 'files' | 'large'>, name: string): HubList['siblings'][number] {
  const content = files.get(name) ?? Buffer.alloc(0);
  const size = content.length;
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (large.has(name))
    return { rfilename: name, size, blobId: 'f'.repeat(40), lfs: { sha256, size, pointerSize: 130 } };
  const blobId = createHash('sha1').update(`blob ${size}\0`).update(content).digest('hex');
  return { rfilename: name, size, blobId };
}
