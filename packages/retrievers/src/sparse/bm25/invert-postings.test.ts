import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packColumns } from './bm25-columns.js';
import { DocumentPostings } from './document-postings.js';
import { invertPostings } from './invert-postings.js';

const size = 200_000;

/** How often a computation can be paused, and what it comes to. */
function stepsOf<Result>(steps: Generator<unknown, Result>): { readonly pauses: number; readonly result: Result } {
  for (let pauses = 0; ; pauses++) {
    const step = steps.next();
    if (step.done) return { pauses, result: step.value };
  }
}

it('can be paused within a document of many terms that begin alike', () => {
  const documents = new DocumentPostings();
  const distinct = Int32Array.from({ length: size }, (_, at) => at);
  documents.addTokens(distinct, size);
  expect(stepsOf(documents.endDocument(0)).pauses).toBe(3);
  const terms = Array.from(distinct, (at) => `term-${(at * 7919) % size}`);
  const { pauses, result } = stepsOf(invertPostings(documents, terms, 1));
  // Sorting 200,000 terms by their prefixes, and three walks over terms and postings.
  expect(pauses).toBeGreaterThan(size / 1024);
  expect(Array.from({ length: size }, (_, at) => result.terms.termAt(at))).toEqual(terms.toSorted());
});

it('can be paused within the list of one common term', () => {
  const ordinals = Uint32Array.from({ length: size }, (_, at) => at);
  const columns = { offsets: Uint32Array.of(0, size), ordinals, frequencies: new Uint8Array(size).fill(1) };
  const { pauses, result } = stepsOf(packColumns({ ...columns, lengthCodes: new Uint8Array(size).fill(3) }));
  expect(pauses).toBeGreaterThan(20);
  expect(result.blockLasts.at(-1)).toBe(Math.floor(size / 128) * 128 - 1);
});

it('sorts terms by their UTF-8 bytes, whatever they begin with', () => {
  const unit = fc.constantFrom('a', 'b', 'é', '\ue000', '\uffff', '😀', '\u{10ffff}');
  const drawn = fc.uniqueArray(fc.string({ unit, maxLength: 8 }), { minLength: 1500, maxLength: 3000 });
  fc.assert(
    fc.property(drawn, (terms) => {
      const documents = new DocumentPostings();
      documents.addTokens(
        Int32Array.from(terms, (_, at) => at),
        terms.length,
      );
      stepsOf(documents.endDocument(0));
      const { result } = stepsOf(invertPostings(documents, terms, 1));
      const expected = terms.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(terms.map((_, at) => result.terms.termAt(at))).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});
