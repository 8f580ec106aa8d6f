import { type CallOptions, InvalidInputError, Pace } from '@sluice/core';
import { type ByteSource, readBytes, sourceName } from './byte-source.js';

/** Consecutive lines of a text file. */
export interface LineBatch {
  /** Number of the first of them, from 1. */
  readonly first: number;
  /** Without their ends (LF or CRLF) and, on the first line of the file, without a byte order mark. */
  readonly lines: readonly string[];
}

/** How lines are read. */
export interface LineOptions extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** Bytes in a line at most, LF not counted. A longer line is refused before it is held whole. */
  readonly maxLineBytes: number;
}

const LINE_FEED = 0x0a;

/**
 * The lines of a text file, plain or gzip, in batches of about 64 KiB; holds one batch at a time.
 *
 * @throws {InvalidInputError} a line is too long or not UTF-8, with its number; or the file cannot be read
 * @throws the signal's `reason`, once it has fired
 */
export async function* readLines(source: ByteSource, options: LineOptions): AsyncGenerator<LineBatch> {
  const { maxLineBytes, signal, onProgress } = options;
  const name = sourceName(source);
  const pace = new Pace(signal);
  let first = 1;
  let bytesRead = 0;
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const batch = (end: Uint8Array): LineBatch => {
    const bytes = held.length === 0 ? end : joined([...held, end], heldBytes + end.length);
    held = [];
    heldBytes = 0;
    const lines = decodeLines(bytes, first, name, maxLineBytes);
    const start = first;
    first += lines.length;
    return { first: start, lines };
  };
  for await (const piece of readBytes(source)) {
    const end = piece.lastIndexOf(LINE_FEED);
    if (end >= 0) yield batch(piece.subarray(0, end));
    if (end + 1 < piece.length) {
      held.push(piece.slice(end + 1));
      heldBytes += piece.length - end - 1;
    }
    if (heldBytes > maxLineBytes) throw tooLong(name, first, maxLineBytes);
    bytesRead += piece.length;
    if (!pace.due) continue;
    onProgress?.({ phase: 'reading', done: bytesRead, unit: 'bytes' });
    await pace.rest();
  }
  if (heldBytes > 0) yield batch(new Uint8Array(0));
}

/** A byte order mark is removed by hand, on the first line only; elsewhere U+FEFF is a character. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeLines(bytes: Uint8Array, first: number, source: string, maxLineBytes: number): string[] {
  if (bytes.length > maxLineBytes) expectShortLines(bytes, first, source, maxLineBytes);
  const marked = first === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const text = decode(marked ? bytes.subarray(3) : bytes, first, source);
  const lines = text.split('\n');
  if (!text.includes('\r')) return lines;
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}

function decode(bytes: Uint8Array, first: number, source: string): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const line = first + firstInvalidLine(bytes);
    throw new InvalidInputError({ source, line }, 'the line is not valid UTF-8', 'Convert the file to UTF-8.', {
      cause,
    });
  }
}

/** UTF-8 is valid exactly when each of its lines is, so one of them is the culprit. */
function firstInvalidLine(bytes: Uint8Array): number {
  let from = 0;
  for (let line = 0; ; line++) {
    const end = bytes.indexOf(LINE_FEED, from);
    if (end < 0) return line;
    try {
      decoder.decode(bytes.subarray(from, end));
    } catch {
      return line;
    }
    from = end + 1;
  }
}

function expectShortLines(bytes: Uint8Array, first: number, source: string, maxLineBytes: number): void {
  let line = first;
  let from = 0;
  while (from <= bytes.length) {
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end < 0 ? bytes.length : end;
    if (to - from > maxLineBytes) throw tooLong(source, line, maxLineBytes);
    line++;
    from = to + 1;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function tooLong(source: string, line: number, maxLineBytes: number): InvalidInputError {
  return new InvalidInputError(
    { source, line },
    `the line has more than ${maxLineBytes} bytes`,
    'Check that this is the file you mean, or raise maxLineBytes.',
  );
}
