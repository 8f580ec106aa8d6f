import type { SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { DamagedIndexError } from '../../errors/damaged-index-error.js';
import { loadBm25, saveBm25 } from '../bm25/saved-bm25.js';
import { FieldsIndex } from './fields-index.js';

const KIND = 'bm25f';
const VERSION = 1;

const headerSchema = z.strictObject({
  analyzerFingerprint: z.string().min(1).max(1000),
  fields: z
    .array(z.strictObject({ name: z.string().min(1), version: z.int().positive(), header: z.json() }))
    .min(1)
    .max(64),
});

/** The index as blocks of bytes: field f's are those of its BM25 index, named `f.NAME`. */
export function saveFields(index: FieldsIndex): SavedIndex {
  const saved = Array.from(index.fields, ([name, own]) => ({ name, ...saveBm25(own) }));
  const blocks = Object.fromEntries(
    saved.flatMap(({ blocks }, at) => Object.entries(blocks).map(([name, bytes]) => [`${at}.${name}`, bytes] as const)),
  );
  const fields = saved.map(({ name, version, header }) => ({ name, version, header }));
  return { kind: KIND, version: VERSION, header: { analyzerFingerprint: index.analyzerFingerprint, fields }, blocks };
}

/**
 * Puts saved blocks into place, as `loadBm25` does for each field.
 *
 * @throws {DamagedIndexError} blocks are missing or contradict each other or the header
 */
export function loadFields(saved: SavedIndex): FieldsIndex {
  if (saved.kind !== KIND || saved.version !== VERSION) {
    throw damaged(`it is of kind '${saved.kind}', version ${saved.version}, and this loader reads ${KIND} ${VERSION}`);
  }
  const header = headerSchema.safeParse(saved.header);
  if (!header.success) throw damaged('its header is not one of this kind', header.error);
  const { analyzerFingerprint, fields } = header.data;
  const indexes = fields.map(({ name, version, header }, at) => {
    const index = loadBm25({ kind: 'bm25', version, header, blocks: blocksOf(saved, `${at}.`) });
    if (index.analyzerFingerprint !== analyzerFingerprint) throw damaged(`field '${name}' is of another analyzer`);
    return [name, index] as const;
  });
  const named = new Map(indexes);
  if (named.size !== indexes.length) throw damaged('a field is there twice');
  return new FieldsIndex(named, analyzerFingerprint);
}

function blocksOf({ blocks }: SavedIndex, prefix: string): SavedIndex['blocks'] {
  const own = Object.entries(blocks).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, bytes]) => [name.slice(prefix.length), bytes]));
}

function damaged(problem: string, cause?: unknown): DamagedIndexError {
  return new DamagedIndexError({ kind: KIND, problem, cause });
}
