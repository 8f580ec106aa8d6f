import type { Json } from '@sluice/core';
import { z } from 'zod';
import { aligned, PREAMBLE_BYTES } from './layout.js';

/** What a container says that it holds. */
export interface Contents {
  readonly kind: string;
  readonly version: number;
  readonly header: Json;
  readonly blocks: readonly { readonly name: string; readonly length: number }[];
}

/** Where a block lies in its file. */
export interface BlockPlace {
  readonly offset: number;
  readonly length: number;
}

const contentsSchema = z.strictObject({
  kind: z.string().min(1).max(64),
  version: z.int().min(1),
  // Whatever JSON.parse returns is Json, and its loader looks closer: a recursive schema could run out of stack here.
  header: z.custom<Json>((value) => value !== undefined),
  blocks: z.array(z.strictObject({ name: z.string().min(1).max(255), length: z.int().nonnegative() })),
});

/** The contents in UTF-8. @throws {TypeError} the header cannot be written as JSON */
export function encodeContents(contents: Contents): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(contents));
}

/** The contents, or what is wrong, in words. */
export function decodeContents(bytes: Uint8Array): Contents | string {
  try {
    const parsed = contentsSchema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return `its contents are not valid (${issue?.path.map(String).join('.')}: ${issue?.message})`;
  } catch (error) {
    return `its contents are not JSON (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Where each block lies and where the last one ends, or what is wrong, in words. */
export function placeBlocks({ blocks }: Contents): { places: Map<string, BlockPlace>; end: number } | string {
  const places = new Map<string, BlockPlace>();
  let end = PREAMBLE_BYTES;
  for (const { name, length } of blocks) {
    if (places.has(name)) return `it has two blocks called ${JSON.stringify(name)}`;
    places.set(name, { offset: end, length });
    end = aligned(end + length);
  }
  return { places, end };
}
