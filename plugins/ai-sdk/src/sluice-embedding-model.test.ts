import type { EmbeddingModelV3 } from '@ai-sdk/provider';
import { hashedEmbedder } from '@sluice/testing';
import { cosineSimilarity, type EmbeddingModel, embed, embedMany, wrapEmbeddingModel } from 'ai';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type SluiceEmbeddingModel, sluiceEmbeddingModel } from './sluice-embedding-model.js';

const embedder = hashedEmbedder();
const model = sluiceEmbeddingModel(embedder);

it('is an embedding model of the AI SDK', () => {
  expectTypeOf<SluiceEmbeddingModel>().toExtend<EmbeddingModelV3>();
  expectTypeOf<SluiceEmbeddingModel>().toExtend<EmbeddingModel>();
  expect(model).toMatchObject({ specificationVersion: 'v3', provider: 'sluice', modelId: embedder.fingerprint });
  expect(sluiceEmbeddingModel(embedder, { modelId: 'mine' }).modelId).toBe('mine');
});

describe('embed and embedMany of the SDK', () => {
  it('give the rows of the embedder', async () => {
    const values = ['tides of the moon', 'bread and butter', ''];
    const { data } = await embedder.encodeDocuments(values);
    const { embeddings } = await embedMany({ model, values });
    expect(embeddings.flat()).toEqual([...data]);
    const { embedding } = await embed({ model, value: values[0] ?? '' });
    expect(embedding).toEqual([...data.subarray(0, 16)]);
    expect(cosineSimilarity(embedding, embeddings[0] ?? [])).toBeCloseTo(1, 6);
    expect((await embedMany({ model, values: [] })).embeddings).toEqual([]);
  });

  it('tell queries from documents', async () => {
    const encoded: string[] = [];
    const watched = sluiceEmbeddingModel(
      {
        ...embedder,
        encodeQueries: (texts, call) => {
          encoded.push('queries');
          return embedder.encodeQueries(texts, call);
        },
        encodeDocuments: (texts, call) => {
          encoded.push('documents');
          return embedder.encodeDocuments(texts, call);
        },
      },
      { encodes: 'queries' },
    );
    await embed({ model: watched, value: 'tides' });
    await embed({ model: watched, value: 'tides', providerOptions: { sluice: { encodes: 'documents' } } });
    expect(encoded).toEqual(['queries', 'documents']);
  });

  it('cut rows where a call says so, and refuse what is not known', async () => {
    const { embedding } = await embed({ model, value: 'tides', providerOptions: { sluice: { dimensions: 4 } } });
    expect(embedding).toEqual([...(await embedder.encodeDocuments(['tides'], { dimensions: 4 })).data]);
    const wrong = embed({ model, value: 'tides', providerOptions: { sluice: { dimension: 4 } } });
    await expect(wrong).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS', owner: 'providerOptions.sluice' });
  });

  it('end with the reason of their signal', async () => {
    const reason = new Error('enough');
    await expect(embed({ model, value: 'tides', abortSignal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('go through middleware', async () => {
    const loud = wrapEmbeddingModel({
      model,
      middleware: {
        specificationVersion: 'v3',
        transformParams: async ({ params }) => ({ ...params, values: params.values.map((value) => `loud ${value}`) }),
      },
    });
    const { embedding } = await embed({ model: loud, value: 'tides' });
    expect(embedding).toEqual([...(await embedder.encodeDocuments(['loud tides'])).data]);
  });
});
