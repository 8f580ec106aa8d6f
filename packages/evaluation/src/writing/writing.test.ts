import { fusionScale, idSpace, Ranking } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Qrels } from '../qrels.js';
import { readQrels } from '../reading/read-qrels.js';
import { readRun } from '../reading/read-run.js';
import { beirQrelsLines, trecQrelsLines } from './qrels-lines.js';
import { nextBelow, shortFloat32, toTrec } from './to-trec.js';

function ranking(scores: readonly number[]): Ranking {
  return new Ranking({
    space: idSpace(scores.map((_, at) => `d${at}`)),
    ordinals: Uint32Array.from(scores, (_, at) => at),
    scores: Float32Array.from(scores),
    scale: fusionScale,
  });
}

const source = (text: string): Iterable<Uint8Array> => [new TextEncoder().encode(text)];

describe('TREC runs', () => {
  it('have six columns', () => {
    expect(toTrec([ranking([2.5, 1]), ranking([])], [{ id: 'q1' }, { id: 'q2' }], { tag: 'bm25' })).toBe(
      'q1 Q0 d0 1 2.5 bm25\nq1 Q0 d1 2 1 bm25\n',
    );
  });

  it('keep our order in trec_eval when they are strict, whatever the ties', async () => {
    const falling = fc
      .array(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, 0.1)), {
        minLength: 1,
      })
      .map((scores) => scores.toSorted((left, right) => right - left));
    await fc.assert(
      fc.asyncProperty(falling, async (scores) => {
        const text = toTrec([ranking(scores)], [{ id: 'q' }], { strict: true });
        expect((await readRun(source(text))).idsOf('q')).toEqual(scores.map((_, at) => `d${at}`));
        const written = text
          .trim()
          .split('\n')
          .map((line) => Math.fround(Number(line.split(' ')[4])));
        for (const [at, score] of written.entries()) if (at > 0) expect(score).toBeLessThan(written[at - 1] ?? 0);
      }),
    );
  });

  it('are ordered by id where scores are equal and they are not strict', async () => {
    const text = toTrec([ranking([1, 1])], [{ id: 'q' }]);
    expect((await readRun(source(text))).idsOf('q')).toEqual(['d1', 'd0']);
  });

  it('write each score with digits that give it back', () => {
    fc.assert(fc.property(fc.float({ noNaN: true }), (value) => Math.fround(Number(shortFloat32(value))) === value));
    expect(shortFloat32(Math.fround(0.1))).toBe('0.1');
  });

  it('know the next float32', () => {
    expect(nextBelow(1)).toBe(1 - 2 ** -24);
    expect(nextBelow(0)).toBe(-(2 ** -149));
    expect(nextBelow(-1)).toBe(-1 - 2 ** -23);
  });

  it.each([
    ['an id with a space', [{ id: 'a b' }], 'run'],
    ['an empty id', [{ id: '' }], 'run'],
    ['no id', [{}], 'run'],
    ['a tag with a space', [{ id: 'q' }], 'my run'],
  ])('refuse %s', (_, queries, tag) => {
    expect(() => toTrec([ranking([1])], queries, { tag })).toThrow();
  });
});

describe('qrels', () => {
  const qrels = Qrels.of({ q1: { d1: 2, d2: 0 }, q2: { d1: -1 } });

  it.each([
    ['TREC', trecQrelsLines],
    ['BEIR', beirQrelsLines],
  ])('in %s form give back the same judgements', async (_, write) => {
    expect([...(await readQrels(source([...write(qrels)].join(''))))]).toEqual([...qrels]);
  });

  it('refuse ids that would break the columns', () => {
    expect(() => [...trecQrelsLines(Qrels.of({ 'q 1': { d: 1 } }))]).toThrow('white space');
    expect(() => [...beirQrelsLines(Qrels.of({ q: { 'd\t': 1 } }))]).toThrow('a tab');
  });
});
