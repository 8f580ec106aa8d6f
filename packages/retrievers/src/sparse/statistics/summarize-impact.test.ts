import type { SparseVector } from '@sluice/core';
import { forAll } from '@sluice/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stacked } from '../impact/fixtures/word-weights.js';
import type { ImpactIndex } from '../impact/impact-index.js';
import { ImpactIndexBuilder } from '../impact/impact-index-builder.js';
import { summarizeImpact } from './summarize-impact.js';

const columns = 9;

it('counts what the vectors have, in one index or in parts', async () => {
  // Halves are exact in float32, and so are their sums.
  const weights = fc.dictionary(
    fc.constantFrom(...'012345678'),
    fc.integer({ min: 1, max: 9 }).map((n) => n / 2),
  );
  const cases = fc.record({ documents: fc.array(weights, { maxLength: 70 }), cut: fc.nat(70), topTerms: fc.nat(9) });
  await forAll(cases, { runs: 200 }, async ({ documents, cut, topTerms }) => {
    const rows = documents.map((each) =>
      Object.entries(each).map(([term, weight]) => ({ term: Number(term), weight })),
    );
    const whole = await summarizeImpact([indexOf(rows)], { topTerms });
    const parts = await summarizeImpact([indexOf(rows.slice(0, cut)), indexOf(rows.slice(cut))], { topTerms });
    expect({ ...parts, bytes: 0 }).toEqual({ ...whole, bytes: 0 });
    const terms = Array.from({ length: columns }, (_, term) => {
      const own = rows.flat().flatMap((each) => (each.term === term ? [each.weight] : []));
      return {
        term,
        documentFrequency: own.length,
        totalWeight: own.reduce((sum, weight) => sum + weight, 0),
        maxWeight: Math.max(0, ...own),
      };
    }).filter(({ documentFrequency }) => documentFrequency > 0);
    const filled = rows.filter(({ length }) => length > 0).length;
    expect(whole).toMatchObject({
      documents: filled,
      terms: terms.length,
      vocabularySize: columns,
      postings: rows.flat().length,
      averageTerms: filled === 0 ? 0 : rows.flat().length / filled,
      singletons: terms.filter(({ documentFrequency }) => documentFrequency === 1).length,
      heaviestTerms: terms.sort((a, b) => b.totalWeight - a.totalWeight || a.term - b.term).slice(0, topTerms),
    });
  });
});

it('stops when told', async () => {
  const stop = { signal: AbortSignal.abort(new Error('enough')) };
  await expect(summarizeImpact([indexOf([[{ term: 1, weight: 1 }]])], stop)).rejects.toThrow('enough');
});

function indexOf(rows: readonly (readonly { term: number; weight: number }[])[]): ImpactIndex {
  const builder = new ImpactIndexBuilder({ fingerprint: 'f', vocabularySize: columns, precision: 'float32' });
  const vectors = rows.map((row): SparseVector => {
    const sorted = [...row].sort((left, right) => left.term - right.term);
    return {
      indices: Uint32Array.from(sorted, ({ term }) => term),
      values: Float32Array.from(sorted, ({ weight }) => weight),
    };
  });
  builder.add(
    Uint32Array.from(vectors, (_, at) => at),
    stacked(vectors, columns),
  );
  return builder.build();
}

it.each([-1, 1.5, Number.NaN])('refuses to name %f terms', async (topTerms) => {
  await expect(summarizeImpact([], { topTerms })).rejects.toMatchObject({ code: 'SLUICE_INVALID_OPTIONS' });
});
