import { readFileSync } from 'node:fs';
import { readModel2Vec, staticEmbedder } from '@sluice/embedders';
import { expect, it } from 'vitest';
import { describeWithShared } from '../shared.js';

describeWithShared('a static model against model2vec', (shared) => {
  it('gives the embedding of Python’s model2vec to 1e-6', async () => {
    const folder = `${shared}/models/model2vec-bge-base-64d-vocabquantized`;
    const [expected = []]: number[][] = JSON.parse(
      readFileSync(`${folder}/expected-embeddings_vocab_quantized.json`, 'utf8'),
    );
    const embedder = staticEmbedder({ model: await readModel2Vec(folder) });
    const { data, columns } = await embedder.encodeDocuments([Array(1000).fill('hello').join(' ')]);
    expect(columns).toBe(64);
    expect(expected).toHaveLength(64);
    expected.forEach((value, column) => {
      expect(Math.abs((data[column] ?? Number.NaN) - value)).toBeLessThan(1e-6);
    });
  });
});
