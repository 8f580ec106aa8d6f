import { fusionScale, idSpace, Ranking } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.js';
import { IdTable } from './id-table.js';
import { mean } from './measures/aggregate.js';
import { allEvidence } from './measures/all-evidence.js';
import type { Measure } from './measures/measure.js';
import { recallWithinTokens } from './measures/token-budget.js';
import { Qrels } from './qrels.js';
import { Run } from './run.js';
import { toDocuments } from './to-documents.js';

const qrels = Qrels.of({ q1: { a: 2, b: 0 }, q2: { c: 1 }, q3: { d: 1 } });
const run = Run.of({ q1: { b: 3, x: 2, a: 1 }, q2: { c: 1 }, unjudged: { a: 1 } });

describe('evaluate', () => {
  it('counts missing queries 0, or leaves them out', async () => {
    expect((await evaluate(qrels, run, ['RR', 'NumQ'])).summary).toEqual({ RR: (1 / 3 + 1 + 0) / 3, NumQ: 3 });
    const { summary, queryIds } = await evaluate(qrels, run, ['RR', 'NumQ'], { queries: 'answered' });
    expect(summary).toEqual({ RR: (1 / 3 + 1) / 2, NumQ: 2 });
    expect(queryIds).toEqual(['q1', 'q2']);
  });

  it('gives the value of each query', async () => {
    const evaluation = await evaluate(qrels, run, ['RR']);
    expect([...evaluation.valuesOf('RR')]).toEqual([1 / 3, 1, 0]);
    expect(evaluation.valueOf('RR', 'q2')).toBe(1);
    expect(evaluation.valueOf('RR', 'nobody')).toBeUndefined();
    expect(() => evaluation.valuesOf('AP')).toThrow("'AP' was not evaluated; there are RR.");
  });

  it('drops results that are not judged, or that come late', async () => {
    expect((await evaluate(qrels, run, ['RR'], { results: 'judged' })).valueOf('RR', 'q1')).toBe(1 / 2);
    expect((await evaluate(qrels, run, ['RR'], { maxResults: 2 })).valueOf('RR', 'q1')).toBe(0);
  });

  it('takes a measure of your own', async () => {
    const firstIsRelevant: Measure = {
      name: 'First',
      aggregate: mean,
      kind: 'real',
      of: (query) => query.relevantWithin(1, 1),
    };
    expect((await evaluate(qrels, run, [firstIsRelevant])).summary).toEqual({ First: 1 / 3 });
  });

  it('stops when told', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(evaluate(qrels, run, ['RR'], { signal: stop })).rejects.toThrow('enough');
  });
});

describe('measures of whole answers', () => {
  it('recall within a token budget stops at the first document that does not fit', async () => {
    const tokens = new Map([
      ['b', 50],
      ['x', 60],
      ['a', 10],
    ]);
    const within = async (budget: number): Promise<number | undefined> => {
      const measure = recallWithinTokens((id) => tokens.get(id) ?? 0, { tokens: budget });
      return (await evaluate(qrels, run, [measure])).valueOf(measure, 'q1');
    };
    expect(await within(120)).toBe(1);
    expect(await within(119)).toBe(0);
    expect(() => recallWithinTokens(() => 0, { tokens: 0 })).toThrow('tokens');
  });

  it('all evidence must be there, any document of each piece', async () => {
    const pieces = new Map([
      ['q1', [['a', 'z'], ['b']]],
      ['q2', [['c'], ['d']]],
    ]);
    const of = async (cutoff: number): Promise<number[]> => {
      const measure = allEvidence((id) => pieces.get(id) ?? [], { cutoff });
      return [...(await evaluate(qrels, run, [measure])).valuesOf(measure)];
    };
    expect(await of(3)).toEqual([1, 0, 0]);
    expect(await of(2)).toEqual([0, 0, 0]);
  });
});

describe('a run', () => {
  it('keeps the order of rankings, ties included', async () => {
    const ranking = new Ranking({
      space: idSpace(['a', 'b']),
      ordinals: Uint32Array.of(0, 1),
      scores: Float32Array.of(1, 1),
      scale: fusionScale,
    });
    expect(Run.fromRankings([ranking], [{ id: 'q' }]).idsOf('q')).toEqual(['a', 'b']);
    expect(Run.of({ q: { a: 1, b: 1 } }).idsOf('q')).toEqual(['b', 'a']);
    expect(() => Run.fromRankings([ranking], [])).toThrow('1 rankings for 0 queries');
    expect(() => Run.fromRankings([ranking, ranking], [{ id: 'q' }, { id: 'q' }])).toThrow("'q' appears twice");
  });

  it('is refused with a score that is NaN, and qrels with half a grade', () => {
    expect(() => Run.of({ q: { a: Number.NaN } })).toThrow('a score is NaN');
    expect(() => Qrels.of({ q: { a: 0.5 } })).toThrow('the grade 0.5 is not an integer');
  });

  it('names queries without results', () => {
    const empty = Run.of({ q: {} });
    expect(empty.queryIds).toEqual(['q']);
    expect(empty.idsOf('q')).toEqual([]);
    expect(empty.of('other')).toBeUndefined();
  });

  it('of chunks becomes one of documents by the best chunk', () => {
    const scores = fc.dictionary(fc.stringMatching(/^[abc]#[0-9]$/), fc.integer({ min: 0, max: 9 }), { maxKeys: 12 });
    fc.assert(
      fc.property(scores, (chunks) => {
        const documents = toDocuments(Run.of({ q: chunks }), (id) => id.slice(0, 1));
        const best = new Map<string, number>();
        for (const [id, score] of Object.entries(chunks)) {
          best.set(id.slice(0, 1), Math.max(score, best.get(id.slice(0, 1)) ?? -1));
        }
        const found = documents.idsOf('q').map((id, at) => [id, documents.of('q')?.scores[at]]);
        expect(new Map(found.map(([id, score]) => [String(id), Number(score)]))).toEqual(best);
        const values = [...(documents.of('q')?.scores ?? [])];
        expect(values).toEqual(values.toSorted((left, right) => right - left));
      }),
    );
  });
});

describe('an id table', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1F600}', '\0'), maxLength: 3 });

  it('numbers each id once, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 40 }), (ids) => {
        const table = IdTable.of(ids);
        expect(table.ids).toEqual([...new Set(ids)]);
        expect(ids.every((id) => table.idOf(table.ordinalOf(id) ?? -1) === id)).toBe(true);
      }),
    );
    expect(IdTable.of([]).ordinalOf('a')).toBeUndefined();
    expect(() => IdTable.of(['a']).idOf(1)).toThrow(RangeError);
  });

  it('holds many ids, and long ones', () => {
    const ids = Array.from({ length: 50_000 }, (_, at) =>
      at % 10_000 === 7 ? `${'x'.repeat(3000)}${at}` : `doc_${at}`,
    );
    const table = IdTable.of([...ids, ...ids]);
    expect(table.size).toBe(ids.length);
    expect(table.ids).toEqual(ids);
    expect(ids.findIndex((id, at) => table.ordinalOf(id) !== at)).toBe(-1);
    expect(table.ordinalOf('doc_50000')).toBeUndefined();
    expect(table.add('new')).toBe(50_000);
    expect(table.ids.at(-1)).toBe('new');
  });
});
