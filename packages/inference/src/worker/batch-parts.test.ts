import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenCollector, type TokenSequences } from '../tokenizer/token-sequences.js';
import { batchParts } from './batch-parts.js';

function batchOf(texts: readonly (readonly number[])[]): TokenSequences {
  const collector = new TokenCollector(texts.length);
  for (const ids of texts) {
    for (const id of ids) collector.push(id, id % 3);
    collector.endText();
  }
  return collector.finish();
}

function textsOf({ ids, offsets, marks }: TokenSequences): [number, number][][] {
  return [...offsets.subarray(1)].map((end, text) =>
    [...ids.subarray(offsets[text], end)].map((id, at) => [id, marks?.[(offsets[text] ?? 0) + at] ?? 0]),
  );
}

it('keeps all texts in order, within the limit wherever a text fits', () => {
  const batches = fc.array(fc.array(fc.nat(1000), { maxLength: 12 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(batches, fc.integer({ min: 1, max: 400 }), (texts, maxNumbers) => {
      const batch = batchOf(texts);
      const parts = batchParts(batch, { numbersAToken: 3, maxNumbers });
      expect(parts.flatMap(textsOf)).toEqual(textsOf(batch));
      for (const part of parts) {
        const lengths = textsOf(part).map((text) => text.length);
        if (lengths.length > 1) expect(lengths.length * Math.max(...lengths) * 3).toBeLessThanOrEqual(maxNumbers);
      }
    }),
  );
});

it('leaves a batch that fits as it is', () => {
  const batch = batchOf([[1, 2], [3]]);
  expect(batchParts(batch, { numbersAToken: 4, maxNumbers: 16 })).toEqual([batch]);
  expect(batchParts(batch, { numbersAToken: 4, maxNumbers: 15 })).toHaveLength(2);
});
