import { type Candidates, idSpace, maxSimScale, rankByScore, vectorsOf } from '@sluice/core';
import { type MultiVectorStore, MultiVectorStoreBuilder } from '@sluice/retrievers';
import { expectRefusal, randomCandidates, testReranker, wordVectors } from '@sluice/testing';
import { expect, it } from 'vitest';
import { lateInteraction } from './late-interaction.js';

const embedder = wordVectors();
const text = (ordinal: number) => `passage about thing ${ordinal % 7}`;

testReranker('lateInteraction of texts', () => lateInteraction({ embedder, model: 'words' }), { manyCandidates: 1000 });
const stored = await storeOf(30_000);
testReranker('lateInteraction of stored vectors', () => lateInteraction({ embedder, store: stored }));

it('gives the scores of MaxSim in double precision, from texts as from a store', async () => {
  const candidates = randomCandidates({ size: 12, requires: [], levels: 3, queryDimensions: 8 }, 4);
  const query = vectorsOf(await embedder.encodeQueries([candidates.query.text]), 0);
  const { space, ordinals } = candidates.ranking;
  // Among the candidates of the kit are passages without text; the store knows of none.
  const texts = (await space.texts?.(ordinals)) ?? [];
  const plain = new Set([...ordinals].filter((ordinal, at) => texts[at]?.text === text(ordinal)));
  expect(plain.size).toBeGreaterThan(8);
  for (const reranker of [lateInteraction({ embedder }), lateInteraction({ embedder, store: stored })]) {
    const [ranking] = await reranker.rerank([candidates]);
    expect(ranking).toHaveLength(12);
    for (const [at, ordinal] of (ranking?.ordinals ?? []).entries()) {
      if (!plain.has(ordinal)) continue;
      const document = vectorsOf(await embedder.encodeDocuments([text(ordinal)]), 0);
      let exact = 0;
      for (let token = 0; token < query.rows; token++) {
        const products = Array.from({ length: document.rows }, (_, row) => {
          let product = 0;
          for (let column = 0; column < query.columns; column++) {
            product +=
              (query.data[token * query.columns + column] ?? 0) * (document.data[row * query.columns + column] ?? 0);
          }
          return product;
        });
        exact += Math.max(...products);
      }
      // Float16 moves a product of unit vectors by at most 2 ** -11.
      expect(Math.abs((ranking?.scores[at] ?? Number.NaN) - exact)).toBeLessThan(query.rows * 2 ** -11);
    }
  }
});

it('puts candidates without vectors last, whether stored or encoded', async () => {
  const space = { ...idSpace(['a', 'b', 'c']), texts: async () => [{ text: 'oak' }, { text: '' }, { text: 'elm' }] };
  const ordinals = Uint32Array.of(0, 1, 2);
  const ranking = rankByScore({ space, ordinals, scores: Float32Array.of(1, 3, 2), scale: maxSimScale });
  const one: Candidates = { query: { text: 'oak' }, ranking };
  const reordered = {
    ...space,
    texts: async (asked: Uint32Array) => Array.from(asked, (at) => ({ text: ['oak', '', 'elm'][at] ?? '' })),
  };
  const builder = new MultiVectorStoreBuilder({ fingerprint: embedder.fingerprint, dimensions: embedder.dimensions });
  builder.add(Uint32Array.of(0, 2), await embedder.encodeDocuments(['oak', 'elm']));
  const store = builder.build();
  const own = rankByScore({ space: reordered, ordinals, scores: Float32Array.of(1, 3, 2), scale: maxSimScale });
  const [fromStore] = await lateInteraction({ embedder, store }).rerank([one]);
  const [fromTexts] = await lateInteraction({ embedder }).rerank([{ ...one, ranking: own }]);
  expect(fromStore?.ids.at(-1)).toBe('b');
  expect(fromTexts?.ids).toEqual(fromStore?.ids);
});

it('refuses a store of another model, and candidates of another space', async () => {
  const other = { ...embedder, fingerprint: 'other' };
  const code = 'SLUICE_FINGERPRINT_MISMATCH';
  await expectRefusal(async () => lateInteraction({ embedder: other, store: stored }), { code });
  const reranker = lateInteraction({ embedder, store: stored, space: idSpace(['a']) });
  const foreign = randomCandidates({ size: 2, requires: [], levels: 2, queryDimensions: 8 }, 1);
  await expectRefusal(() => reranker.rerank([foreign]), { code: 'SLUICE_SPACE_MISMATCH' });
});

it('is written down where its model has a name and its vectors come from texts', () => {
  const spec = lateInteraction({ embedder, model: 'words', precision: 'int8', name: 'colbert' }).toSpec?.();
  expect(spec).toEqual({ type: 'late-interaction', model: 'words', precision: 'int8', name: 'colbert' });
  expect(lateInteraction({ embedder }).toSpec).toBeUndefined();
  expect(lateInteraction({ embedder, store: stored, model: 'words' }).toSpec).toBeUndefined();
});

async function storeOf(documents: number): Promise<MultiVectorStore> {
  const builder = new MultiVectorStoreBuilder({ fingerprint: embedder.fingerprint, dimensions: embedder.dimensions });
  const ordinals = Uint32Array.from({ length: documents }, (_, at) => at);
  builder.add(ordinals, await embedder.encodeDocuments(Array.from(ordinals, text)));
  return builder.build();
}
