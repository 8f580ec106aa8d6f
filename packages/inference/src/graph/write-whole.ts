import { open } from 'node:fs/promises';
import type { CallOptions } from '@sluice/core';
import type { LateBytes } from './protobuf-message.js';

/** Where bytes go, and who is told. */
export interface WholeFile extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** The file to make; it must not be there. */
  readonly target: string;
  /** Receives each piece as it is written. */
  readonly onPiece?: (piece: Uint8Array) => void;
}

/** Bytes written and handed on at once: the event loop turns in between. */
const PART_BYTES = 2 ** 18;

/** Writes all pieces, one after the other, and flushes. */
export async function writeWhole(bytes: LateBytes, { target, signal, onProgress, onPiece }: WholeFile): Promise<void> {
  const handle = await open(target, 'wx');
  let done = 0;
  try {
    for await (const whole of bytes.pieces()) {
      for (let start = 0; start < whole.length; start += PART_BYTES) {
        signal?.throwIfAborted();
        const piece = whole.subarray(start, start + PART_BYTES);
        await handle.writeFile(piece);
        onPiece?.(piece);
        done += piece.length;
        onProgress?.({ phase: 'writing', done, total: bytes.length, unit: 'bytes' });
      }
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
