import type { SparseMatrix } from '@sluice/core';
import { idSpace } from '@sluice/core';
import { ImpactIndexBuilder, impact } from '@sluice/retrievers';
import { expect, it } from 'vitest';
import { termTexts, withTermTexts } from './term-texts.js';

/** An embedder whose methods need it: a class, as ours is. */
class Words {
  readonly fingerprint = 'words';
  readonly vocabularySize = 3;
  readonly #words = ['tide', 'weir', ''];

  async encodeQueries(): Promise<SparseMatrix> {
    const [offsets, indices] = [Uint32Array.of(0, 2), Uint32Array.of(0, 1)];
    return { rows: 1, columns: 3, offsets, indices, values: Float32Array.of(1, 2) };
  }

  encodeDocuments(): Promise<SparseMatrix> {
    return this.encodeQueries();
  }

  async decode({ indices }: SparseMatrix) {
    return Array.from(indices, (term) => [{ term: this.#words[term] ?? '', weight: 1 }]);
  }
}

it('names the terms of which there are texts', async () => {
  expect(await termTexts(new Words(), [1, 2, 0])).toEqual(
    new Map([
      [1, 'weir'],
      [0, 'tide'],
    ]),
  );
});

it('explains with texts', async () => {
  const embedder = new Words();
  const builder = new ImpactIndexBuilder({ fingerprint: 'words', vocabularySize: 3 });
  builder.add(Uint32Array.of(0), await embedder.encodeDocuments());
  const source = withTermTexts(impact({ index: builder.build(), space: idSpace(['a']), embedder }), embedder);
  const { terms } = await source.explain({ text: 'tide weir' }, 0);
  expect(terms.map(({ text }) => text).sort()).toEqual(['tide', 'weir']);
});
