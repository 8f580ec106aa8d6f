import { createRequire } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Texts that are given at once, in the order in which they come: the library has no batching of its own. */
const BATCH = 32;
/** Tokens of a text, as sentence-transformers and this project read them from the model's folder. */
const MAX_TOKENS = 256;

/**
 * transformers.js 4 on the same folder, where `npm install @huggingface/transformers` was run in `peers`; none where it
 * was not.
 *
 * @returns {Promise<import('./systems.js').System[]>}
 */
export async function transformersJsSystems({ peers, model }) {
  const library = peers && (await load(peers));
  if (!library) return [];
  const { env, pipeline } = library;
  env.allowRemoteModels = false;
  env.localModelPath = dirname(model);
  const systems = [];
  for (const dtype of ['fp32', 'q8']) {
    const extract = await pipeline('feature-extraction', basename(model), { dtype, device: 'cpu' });
    Object.defineProperty(extract.tokenizer, 'model_max_length', { value: MAX_TOKENS });
    systems.push({
      name: `transformers.js ${dtype}`,
      encode: (texts) => encode(extract, texts),
      close: () => extract.dispose(),
    });
  }
  return systems;
}

async function encode(extract, texts) {
  let rows = new Float32Array(0);
  for (let start = 0; start < texts.length; start += BATCH) {
    const { data } = await extract(texts.slice(start, start + BATCH), { pooling: 'mean', normalize: true });
    if (start === 0) rows = new Float32Array((texts.length * data.length) / Math.min(BATCH, texts.length));
    rows.set(data, (start / BATCH) * BATCH * (rows.length / texts.length));
  }
  return { rows };
}

async function load(folder) {
  try {
    const entry = createRequire(`${resolve(folder)}/package.json`).resolve('@huggingface/transformers');
    return await import(pathToFileURL(entry.replace(/\.cjs$/, '.mjs')).href);
  } catch (error) {
    const advice = 'Install @huggingface/transformers in the folder for --peers.';
    process.stderr.write(`transformers.js is left out: ${error.code ?? error.message}. ${advice}\n`);
    return undefined;
  }
}
