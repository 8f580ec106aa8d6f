import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JudgedRanking } from '../judged-ranking.js';
import { parseMeasure } from './parse-measure.js';

/** A query whose results have the given grades (-1 not pooled, -2 pooled and unjudged), and which has missed others. */
function query(grades: readonly number[], missed: readonly number[] = []): JudgedRanking {
  const judged = [...grades, ...missed].filter((grade) => grade >= 0);
  const gradeCounts = new Uint32Array(Math.max(0, ...judged) + 1);
  for (const grade of judged) gradeCounts[grade] = (gradeCounts[grade] ?? 0) + 1;
  return new JudgedRanking({
    queryId: 'q',
    grades: Int32Array.from(grades),
    gradeCounts,
    idAt: (position) => `d${position}`,
  });
}

describe('by hand', () => {
  // Ranks 1 to 6: grade 2, not pooled, 0, 1, unjudged, 3; one more document of grade 1 was not found. R = 4.
  const example = query([2, -1, 0, 1, -2, 3], [1]);

  it.each([
    ['P@4', 2 / 4],
    ['P@10', 3 / 10],
    ['P(rel=2)@10', 2 / 10],
    ['R@4', 2 / 4],
    ['R@100', 3 / 4],
    ['R(rel=2)@1', 1 / 2],
    ['Success@1', 1],
    ['Success(rel=3)@5', 0],
    ['RR', 1],
    ['RR(rel=3)', 1 / 6],
    ['RR(rel=3)@5', 0],
    ['AP', (1 / 1 + 2 / 4 + 3 / 6) / 4],
    ['AP@5', (1 / 1 + 2 / 4) / 4],
    ['AP(rel=2)@1000', (1 / 1 + 2 / 6) / 2],
    ['Rprec', 2 / 4],
    ['RprecMult(times=0.5)', 1 / 2],
    ['Bpref', (1 + (1 - 1 / 1) + (1 - 1 / 1)) / 4],
    ['Judged@5', 3 / 5],
    ['Judged@10', 4 / 6],
    ['Unjudged@10', 2 / 10],
    ['IPrec@0', 1],
    ['IPrec@0.5', 1 / 2],
    ['IPrec@0.75', 3 / 6],
    ['IPrec@1', 0],
    ['nDCG@1', 2 / 3],
    ['nDCG@4', (2 + 1 / Math.log2(5)) / (3 + 2 / Math.log2(3) + 1 / Math.log2(4) + 1 / Math.log2(5))],
    ["nDCG(dcg='exp-log2')@1", 3 / 7],
    ['nDCG(gains={2:10})@1', 10 / 10],
    ['DCG@1', 2],
    ['RBP(p=0.5)', 0.5 * (1 + 1 / 8 + 1 / 32)],
    ['RBP(p=0.5)@4', 0.5 * (1 + 1 / 8)],
    ['SetP', 3 / 6],
    ['SetR', 3 / 4],
    ['SetF', (2 * 0.5 * 0.75) / 1.25],
    ['SetF(beta=2)', (5 * 0.5 * 0.75) / (4 * 0.5 + 0.75)],
    ['SetAP', 0.375],
    ['SetRelP', 3 / 4],
    ['RelP@2', 1 / 2],
    ['RelP@6', 3 / 4],
    ['Utility', 3 - 3],
    ['NumRet', 6],
    ['NumRel', 4],
    ['NumRelRet', 3],
    ['NumNonrelRet', 1],
    ['NumQ', 1],
  ])('%s', (name, expected) => {
    expect(parseMeasure(name).of(example)).toBeCloseTo(expected, 12);
  });
});

describe('an empty or unjudged query', () => {
  const names = [
    'nDCG@10',
    'RR',
    'AP',
    'R@10',
    'P@10',
    'Rprec',
    'Bpref',
    'infAP',
    'Judged@10',
    'IPrec@0',
    'SetP',
    'SetF',
  ];
  it.each(names)('%s is 0', (name) => {
    expect(parseMeasure(name).of(query([]))).toBe(0);
    expect(parseMeasure(name).of(query([], [1, 2]))).toBe(0);
    expect(parseMeasure(name).of(query([-1, -1, -2]))).toBe(0);
  });
});

/** Grades of results, and of judged documents that were missed. */
const rankings = fc.record({
  grades: fc.array(fc.integer({ min: -2, max: 4 }), { maxLength: 30 }),
  missed: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 10 }),
});

describe('laws', () => {
  const bounded = [
    'nDCG',
    'nDCG@5',
    "nDCG(dcg='exp-log2')",
    'RR',
    'AP',
    'R@5',
    'P@5',
    'Rprec',
    'Bpref',
    'infAP',
    'IPrec@0.3',
  ];
  it.each([...bounded, 'nDCGrel', 'RnDCG', 'SetF', 'Judged@5', 'IPrec11'])('%s is from 0 to 1 and finite', (name) => {
    const measure = parseMeasure(name);
    fc.assert(
      fc.property(rankings, ({ grades, missed }) => {
        const value = measure.of(query(grades, missed));
        return value >= 0 && value <= 1 + 1e-12;
      }),
    );
  });

  it.each(['nDCG', 'RR', 'AP', 'Bpref', 'nDCG@5', 'RBP'])('%s never falls when a relevant document rises', (name) => {
    const measure = parseMeasure(name);
    fc.assert(
      fc.property(rankings, fc.nat(), ({ grades, missed }, pick) => {
        const at = grades.length < 2 ? -1 : (pick % (grades.length - 1)) + 1;
        const [above = 0, below = 0] = [grades[at - 1], grades[at]];
        fc.pre(at > 0 && below > Math.max(above, 0));
        const risen = grades.toSpliced(at - 1, 2, below, above);
        return measure.of(query(risen, missed)) >= measure.of(query(grades, missed)) - 1e-12;
      }),
    );
  });

  it('a perfect ranking has nDCG, AP and RR 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 20 }), (grades) => {
        const perfect = query(grades.toSorted((left, right) => right - left));
        return ['nDCG', 'AP', 'RR', 'Rprec', 'Bpref', 'RnDCG', 'nDCGrel'].every(
          (name) => Math.abs(parseMeasure(name).of(perfect) - 1) < 1e-12,
        );
      }),
    );
  });
});

describe('definitions in another formulation', () => {
  it('AP is the mean, over relevant documents, of the precision just after each', () => {
    fc.assert(
      fc.property(rankings, ({ grades, missed }) => {
        const relevant = [...grades, ...missed].filter((grade) => grade >= 1).length;
        const precisions = grades.map((grade, at) =>
          grade >= 1 ? grades.slice(0, at + 1).filter((other) => other >= 1).length / (at + 1) : 0,
        );
        const expected = relevant === 0 ? 0 : precisions.reduce((sum, value) => sum + value, 0) / relevant;
        expect(parseMeasure('AP').of(query(grades, missed))).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('nDCG is the share of the best DCG among all orders', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 }), (grades) => {
        const gainOf = (order: readonly number[]): number =>
          order.reduce((sum, grade, at) => sum + grade * (Math.LN2 / Math.log(at + 2)), 0);
        const best = Math.max(...permutations(grades).map(gainOf));
        const expected = best === 0 ? 0 : gainOf(grades) / best;
        expect(parseMeasure('nDCG').of(query(grades))).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('Bpref with many nonrelevant documents counts pairs in the right order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 12 }), (grades) => {
        const relevant = grades.filter((grade) => grade === 1).length;
        const nonrelevant = grades.length - relevant;
        fc.pre(relevant > 0 && nonrelevant >= relevant);
        const firstNonrelevant = grades.flatMap((grade, at) => (grade === 0 ? [at] : [])).slice(0, relevant);
        const wanted = grades.flatMap((grade, at) =>
          grade === 1 ? [firstNonrelevant.filter((other) => other > at).length] : [],
        );
        const pairs = wanted.reduce((sum, count) => sum + count, 0);
        expect(parseMeasure('Bpref').of(query(grades))).toBeCloseTo(pairs / (relevant * relevant), 12);
      }),
    );
  });

  it('interpolated precision is the best precision from the rank where recall is reached', () => {
    fc.assert(
      fc.property(rankings, fc.integer({ min: 0, max: 10 }), ({ grades, missed }, tenth) => {
        const relevant = [...grades, ...missed].filter((grade) => grade >= 1).length;
        fc.pre(relevant > 0 && Number.isInteger((tenth * relevant) / 10));
        const precisions = grades.map((_, at) => {
          const hits = grades.slice(0, at + 1).filter((grade) => grade >= 1).length;
          return hits * 10 >= tenth * relevant ? hits / (at + 1) : 0;
        });
        expect(parseMeasure(`IPrec@${tenth / 10}`).of(query(grades, missed))).toBeCloseTo(
          Math.max(0, ...precisions),
          12,
        );
      }),
    );
  });
});

describe('names', () => {
  it.each(['nDCG@10', 'AP(rel=2)@1000', "nDCG(dcg='exp-log2')@10", 'IPrec@0.1', 'RR', 'SetF(beta=2)', 'P(rel=2)@5'])(
    '%s is read and written',
    (name) => expect(parseMeasure(name).name).toBe(name),
  );

  it.each([
    ['NDCG@10', "'NDCG' is not known"],
    ['nDCG@ten', 'is not of the form'],
    ['P', 'cutoff'],
    ['P@0', 'cutoff'],
    ['P@1.5', 'cutoff'],
    ['AP(rel=0)', 'rel'],
    ['AP(level=1)', 'level'],
    ['nDCG(dcg=log3)@10', 'dcg'],
    ['', 'is not of the form'],
    ['nDCG(gains={a:1})', 'gains'],
  ])("'%s' is refused: %s", (name, message) => {
    expect(() => parseMeasure(name)).toThrow(message);
  });
});

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}
