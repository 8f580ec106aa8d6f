import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readStaticModel, staticEmbedder, transformerEmbedder } from '@sluice/embedders';

/**
 * What encodes: `encode` takes texts and gives rows one after the other, and the processor seconds where they are spent
 * in another process.
 *
 * @typedef {{ name: string, encode: (texts: string[]) => Promise<{ rows?: Float32Array, cpu?: number }>,
 *   close: () => Promise<void> }} System
 */

/**
 * This project's systems: the exported graphs, those written from `weights` (a folder with `model.safetensors`), and the
 * static model that ships.
 *
 * @returns {Promise<System[]>}
 */
export async function sluiceSystems({ model, weights, maxBatchTokens }) {
  const folders = [{ kind: 'exported', folder: model }];
  if (weights) folders.push({ kind: 'written', folder: weights });
  const systems = [];
  for (const precision of ['float32', 'int8']) {
    for (const { kind, folder } of folders) {
      const embedder = await transformerEmbedder({ model: folder, precision, maxBatchTokens });
      systems.push(ours(`sluice ${precision}, ${kind} graph`, embedder));
    }
  }
  const shipped = fileURLToPath(new URL('../../packages/models/static', import.meta.url));
  if (existsSync(`${shipped}/model.safetensors`)) {
    systems.push(ours('sluice static', staticEmbedder({ model: await readStaticModel(shipped) })));
  }
  return systems;
}

function ours(name, embedder) {
  return {
    name,
    encode: async (texts) => ({ rows: (await embedder.encodeDocuments(texts)).data }),
    close: async () => embedder.close?.(),
  };
}
