import type { SavedIndex } from '@sluice/core';
import { z } from 'zod';
import { loadBm25, saveBm25 } from '../bm25/saved-bm25.js';
import { SparseBlocks } from '../sparse-blocks.js';
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
  const blocks = new SparseBlocks(saved, KIND, VERSION, headerSchema);
  const { analyzerFingerprint, fields } = blocks.header;
  const indexes = fields.map(({ name, version, header }, at) => {
    const index = loadBm25({ kind: 'bm25', version, header, blocks: blocks.within(`${at}.`) });
    if (index.analyzerFingerprint === analyzerFingerprint) return [name, index] as const;
    throw blocks.refused(`field '${name}' is of another analyzer`);
  });
  const named = new Map(indexes);
  if (named.size !== indexes.length) throw blocks.refused('a field is there twice');
  return new FieldsIndex(named, analyzerFingerprint);
}
