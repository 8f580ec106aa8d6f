import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/**
 * A sparse embedder with its documents' vectors kept in a folder, batch by batch, and its terms counted.
 *
 * @param {import('@sluice/core').SparseEmbedder} source
 * @param {string | undefined} folder none keeps nothing
 * @returns {{ rows: number, terms: number, embedder: import('@sluice/core').SparseEmbedder }} counts of what was encoded so far
 */
export function rememberedVectors(source, folder) {
  const counted = { rows: 0, terms: 0 };
  const { fingerprint, vocabularySize } = source;
  const embedder = {
    fingerprint,
    vocabularySize,
    encodeQueries: (texts, options) => source.encodeQueries(texts, options),
    async encodeDocuments(documents, options) {
      const key = createHash('sha256')
        .update(JSON.stringify([fingerprint, documents]))
        .digest('hex');
      const file = folder && join(folder, `${key.slice(0, 24)}.sparse`);
      const kept = file && (await readFile(file).catch(() => undefined));
      const encoded = kept ? deserialize(kept) : await source.encodeDocuments(documents, options);
      if (file && !kept) {
        await mkdir(folder, { recursive: true });
        await writeFile(file, serialize(encoded));
      }
      counted.rows += encoded.rows;
      counted.terms += encoded.indices.length;
      return encoded;
    },
  };
  return Object.assign(counted, { embedder });
}
