import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EncodedTexts } from '../worker/encoded-texts.js';
import { multiVectorAnswer } from './multi-vector-answer.js';
import { sparseAnswer } from './sparse-answer.js';

const columns = 3;

/** A text's entries: those of text `t` of `n` hold the number `t`, so that none can be taken for another's. */
interface Case {
  readonly lengths: readonly number[];
  /** The texts in the order in which they are run, and how many make a batch. */
  readonly order: readonly number[];
  readonly batch: number;
}

const cases: fc.Arbitrary<Case> = fc.array(fc.nat(4), { maxLength: 600, size: 'max' }).chain((lengths) =>
  fc.record({
    lengths: fc.constant(lengths),
    order: fc.shuffledSubarray([...lengths.keys()], { minLength: lengths.length }),
    batch: fc.integer({ min: 1, max: 50 }),
  }),
);

function batchOf(texts: readonly number[], lengths: readonly number[], width: number): EncodedTexts {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((text, at) => {
    offsets[at + 1] = (offsets[at] ?? 0) + (lengths[text] ?? 0);
  });
  const entries = texts.flatMap((text) => Array.from({ length: lengths[text] ?? 0 }, () => text));
  return {
    offsets,
    indices: width === 1 ? Uint32Array.from(entries) : new Uint32Array(0),
    values: Float32Array.from(entries.flatMap((text) => Array.from({ length: width }, () => text))),
  };
}

function* batches({ order, batch }: Case): Generator<readonly number[]> {
  for (let first = 0; first < order.length; first += batch) yield order.slice(first, first + batch);
}

it('puts sparse rows and vectors in the order of the texts, however they were batched', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (each) => {
      const { lengths } = each;
      const sparse = sparseAnswer(1000).begin(lengths.length);
      const vectors = multiVectorAnswer(columns).begin(lengths.length);
      for (const texts of batches(each)) {
        const [terms, tokens] = [batchOf(texts, lengths, 1), batchOf(texts, lengths, columns)];
        texts.forEach((text, at) => {
          sparse.take(text, terms, at);
          vectors.take(text, tokens, at);
        });
      }
      const ordered = [...lengths.keys()];
      const [terms, tokens] = [batchOf(ordered, lengths, 1), batchOf(ordered, lengths, columns)];
      expect(await sparse.finish()).toEqual({ rows: lengths.length, columns: 1000, ...terms });
      const { offsets, vectors: matrix } = await vectors.finish();
      expect(offsets).toEqual(tokens.offsets);
      expect(matrix.data).toEqual(tokens.values);
    }),
    { numRuns: 40 },
  );
});
