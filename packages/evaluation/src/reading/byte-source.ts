import { InvalidInputError } from '@sluice/core';

/**
 * Where text comes from: a file's path or URL, or its bytes in pieces of any size.
 *
 * Gzip is recognised by its first two bytes, whatever the name.
 */
export type ByteSource = string | URL | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Bytes handled between two turns of the event loop. */
const PIECE_BYTES = 1 << 16;

/** What messages call the source: its path, or `input`. */
export function sourceName(source: ByteSource): string {
  if (typeof source === 'string') return source;
  return source instanceof URL ? source.pathname : 'input';
}

/**
 * The plain bytes of a source in pieces of at most 64 KiB, unpacked if they are gzip.
 *
 * @throws {InvalidInputError} the file cannot be opened, or the gzip data are damaged or cut off
 */
export async function* readBytes(source: ByteSource): AsyncGenerator<Uint8Array> {
  const name = sourceName(source);
  const pieces = open(source)[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let length = 0;
  try {
    while (length < 2) {
      const { done, value } = await pieces.next();
      if (done) break;
      head.push(value);
      length += value.length;
    }
    const start = head.length === 1 ? (head[0] ?? new Uint8Array(0)) : concatenate(head, length);
    const whole = resume(start, pieces);
    yield* slices(start[0] === 0x1f && start[1] === 0x8b ? unpack(whole) : whole);
  } catch (cause) {
    throw readable(name, cause);
  } finally {
    await pieces.return?.(undefined);
  }
}

async function* open(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    yield* source;
    return;
  }
  const { createReadStream } = await import('node:fs');
  const stream: AsyncIterable<Uint8Array> = createReadStream(source);
  yield* stream;
}

async function* resume(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  for (let piece = await rest.next(); !piece.done; piece = await rest.next()) yield piece.value;
}

async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ createGunzip }, { pipeline, Readable }] = await Promise.all([import('node:zlib'), import('node:stream')]);
  const gunzip = createGunzip();
  const input = Readable.from(packed, { objectMode: false });
  // The error reaches the reader of `gunzip`; the callback only keeps it from being unhandled.
  pipeline(input, gunzip, () => undefined);
  const plain: AsyncIterable<Uint8Array> = gunzip;
  yield* plain;
}

async function* slices(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    for (let from = 0; from < piece.length; from += PIECE_BYTES) yield piece.subarray(from, from + PIECE_BYTES);
  }
}

function concatenate(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function readable(source: string, cause: unknown): unknown {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') {
    return new InvalidInputError({ source }, `the file cannot be read (${code})`, 'Check the path.', { cause });
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new InvalidInputError(
      { source },
      `the gzip data are damaged or cut off (${code})`,
      'Fetch the file again.',
      {
        cause,
      },
    );
  }
  return cause;
}
