import { heaviestTerms, seededRandom } from '@sluice/core';
import { expectRefusal } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stacked } from './fixtures/word-weights.js';
import { ImpactIndexBuilder, type ImpactIndexOptions } from './impact-index-builder.js';
import { quantizeImpacts } from './quantize-impacts.js';
import { saveImpact } from './saved-impact.js';

const base: ImpactIndexOptions = { fingerprint: 'f', vocabularySize: 10 };
const two = stacked(
  [
    { indices: Uint32Array.of(1, 4), values: Float32Array.of(3, 2) },
    { indices: Uint32Array.of(4), values: Float32Array.of(255) },
  ],
  10,
);

describe('quantization', () => {
  it.each(['uint8', 'uint16'] as const)('keeps integers that fit %s exactly', (precision) => {
    const most = precision === 'uint8' ? 255 : 65_535;
    const { impacts, scale } = quantizeImpacts(Float32Array.of(1, 7, most), precision);
    expect([scale, ...impacts]).toEqual([1, 1, 7, most]);
    expect(quantizeImpacts(Float32Array.of(1, most + 1), precision).scale).not.toBe(1);
  });

  it('is within half a step of every weight that is not tiny, and never 0', () => {
    const weights = fc.array(fc.float({ min: Math.fround(1e-6), max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(weights, fc.constantFrom('uint8', 'uint16'), (list, precision) => {
        const { impacts, scale } = quantizeImpacts(Float32Array.from(list), precision);
        for (const [at, weight] of list.entries()) {
          const impact = impacts[at] ?? 0;
          expect(impact).toBeGreaterThanOrEqual(1);
          if (impact > 1) expect(Math.abs(impact * scale - weight)).toBeLessThanOrEqual(scale * 0.5000001);
          else expect(weight).toBeLessThan(scale * 1.5000001);
        }
      }),
    );
  });

  it('keeps float32 weights as they are', () => {
    const weights = Float32Array.of(0.1, 3e38);
    expect(quantizeImpacts(weights, 'float32')).toEqual({ impacts: weights, scale: 1 });
  });
});

it('keeps the heaviest terms, the first of equals, in their order', () => {
  const vector = { indices: Uint32Array.of(2, 3, 5, 8), values: Float32Array.of(1, 4, 1, 2) };
  expect(heaviestTerms(vector, 3)).toEqual({ indices: Uint32Array.of(2, 3, 8), values: Float32Array.of(1, 4, 2) });
  expect(heaviestTerms(vector, 4)).toBe(vector);
  const builder = new ImpactIndexBuilder({ ...base, documentTerms: 1 });
  builder.add(Uint32Array.of(0, 1), two);
  const index = builder.build();
  expect([index.postings, index.impactAt(1, 0), index.impactAt(4, 0), index.impactAt(4, 1)]).toEqual([2, 3, 0, 255]);
});

it('knows its shape', () => {
  const builder = new ImpactIndexBuilder({ ...base, windowDocuments: 32 });
  builder.add(Uint32Array.of(3, 40), two);
  builder.add(Uint32Array.of(100), stacked([{ indices: new Uint32Array(0), values: new Float32Array(0) }], 10));
  const { size, documents, postings, windows, precision, bytes, blockWindows, places } = builder.build();
  expect({ size, documents, postings, windows, precision }).toEqual({
    size: 101,
    documents: 2,
    postings: 3,
    windows: 4,
    precision: 'uint8',
  });
  expect([...blockWindows]).toEqual([0, 0, 1]);
  expect([...places]).toEqual([3, 3, 8]);
  expect(bytes).toBe(4 * 11 + 3 * (2 + 1) + 4 * 4 + 3 * 2);
});

it('gives the same bytes in parts, in slices, and while others write to the batch', async () => {
  const random = seededRandom(9);
  const rows = Array.from({ length: 3000 }, () => {
    const indices = Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter(() => random() < 0.4));
    return { indices, values: Float32Array.from(indices, () => random() + 0.1) };
  });
  const [whole, parts] = [new ImpactIndexBuilder(base), new ImpactIndexBuilder(base)];
  whole.add(
    Uint32Array.from(rows, (_, at) => at),
    stacked(rows, 10),
  );
  for (let from = 0; from < rows.length; from += 700) {
    const batch = stacked(rows.slice(from, from + 700), 10);
    parts.add(
      Uint32Array.from({ length: batch.rows }, (_, at) => from + at),
      batch,
    );
    batch.values.fill(99);
    batch.indices.fill(0);
  }
  const expected = saveImpact(whole.build());
  expect(saveImpact(await parts.buildInSlices())).toEqual(expected);
  await expect(whole.buildInSlices({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
});

it('makes an empty index of nothing', () => {
  const index = new ImpactIndexBuilder(base).build();
  expect([index.size, index.documents, index.postings, index.windows]).toEqual([0, 0, 0, 0]);
});

describe('refuses', () => {
  it.each([
    ['ordinals that fall', Uint32Array.of(5, 4), two],
    ['an ordinal twice', Uint32Array.of(5, 5), two],
    ['an ordinal too large', Uint32Array.of(5, 0xffffffff), two],
    ['more ordinals than vectors', Uint32Array.of(5, 6, 7), two],
    ['another vocabulary', Uint32Array.of(5, 6), { ...two, columns: 11 }],
    ['offsets too short', Uint32Array.of(5, 6), { ...two, offsets: Uint32Array.of(0, 3) }],
    ['offsets that fall', Uint32Array.of(5, 6), { ...two, offsets: Uint32Array.of(0, 9, 3) }],
    ['a term outside', Uint32Array.of(5, 6), { ...two, indices: Uint32Array.of(1, 10, 4) }],
    ['a weight of 0', Uint32Array.of(5, 6), { ...two, values: Float32Array.of(1, 2, 0) }],
  ])('%s, and adds nothing', async (_, ordinals, vectors) => {
    const builder = new ImpactIndexBuilder(base);
    await expectRefusal(async () => builder.add(ordinals, vectors), { code: 'SLUICE_INVALID_INPUT' });
    expect(builder.build().size).toBe(0);
  });

  it.each([
    ['vocabularySize', { vocabularySize: 0 }],
    ['precision', { precision: 'int4' }],
    ['windowDocuments', { windowDocuments: 100 }],
    ['documentTerms', { documentTerms: 0 }],
    ['fingerprint', { fingerprint: '' }],
  ])('a wrong %s', async (path, options) => {
    // biome-ignore lint/suspicious/noExplicitAny: a caller without types
    await expectRefusal(async () => new ImpactIndexBuilder({ ...base, ...(options as any) }), {
      code: 'SLUICE_INVALID_OPTIONS',
      fields: { issues: [expect.objectContaining({ path })] },
    });
  });
});
