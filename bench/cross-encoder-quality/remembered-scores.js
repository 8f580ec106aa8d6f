import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';

/** Pairs that are scored before what is known is written down. */
const PAIRS_A_SAVE = 2000;

/**
 * Logits of pairs of texts, each computed once and kept in a file under `folder`; without a folder, in memory.
 *
 * @param {import('@sluice/inference').PairModel} model
 * @param {import('@sluice/inference').LongPairs} long of chunks, the best counts
 */
export async function rememberedScores(model, long, folder) {
  const window = `${model.folder.maxTokens}-${long.kind.replace(' ', '-')}`;
  const file = folder && `${folder}/pairs-${model.hash.slice(0, 12)}-${window}.json`;
  const known = new Map(file && existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : []);

  async function save() {
    if (!file) return;
    await mkdir(folder, { recursive: true });
    await writeFile(file, JSON.stringify([...known]));
  }

  /** A logit for each pair, in their order. */
  return async function score(pairs) {
    const keys = pairs.map(keyOf);
    const missing = new Map(keys.flatMap((key, at) => (known.has(key) ? [] : [[key, pairs[at]]])));
    const rest = [...missing];
    for (let start = 0; start < rest.length; start += PAIRS_A_SAVE) {
      const part = rest.slice(start, start + PAIRS_A_SAVE);
      const { offsets, logits } = await model.score({
        unit: 'pairs',
        length: part.length,
        first: (at) => part[at][1].query,
        second: (at) => part[at][1].passage,
        long,
      });
      for (const [at, [key]] of part.entries()) {
        known.set(key, Math.max(...logits.data.subarray(offsets[at], offsets[at + 1])));
      }
      await save();
    }
    return Float32Array.from(keys, (key) => known.get(key));
  };
}

function keyOf({ query, passage }) {
  return createHash('sha256').update(`${query}\0${passage}`).digest('base64').slice(0, 16);
}
