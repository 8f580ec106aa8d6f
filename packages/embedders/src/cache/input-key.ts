import { createHash } from 'node:crypto';
import type { TitledText } from '@sluice/core';

/** What an input is encoded as. */
export type InputKind = 'query' | 'document';

/** Bytes of a key in a file. */
export const KEY_BYTES = 16;

/** Names an input by its content: 128 bits of sha256, as 32 hexadecimal digits. No text is kept. */
export function inputKey(kind: InputKind, input: string | TitledText): string {
  const { title, text } = typeof input === 'string' ? { title: undefined, text: input } : input;
  const content = JSON.stringify([kind, title ?? '', text]);
  return createHash('sha256')
    .update(content)
    .digest('hex')
    .slice(0, 2 * KEY_BYTES);
}
