import type { HttpAnswer } from './http-call.js';

/**
 * The whole body of an answer; `undefined` where it is longer than `maxBytes`, of which no more is read.
 */
export async function readBounded({ body }: Pick<HttpAnswer, 'body'>, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}
