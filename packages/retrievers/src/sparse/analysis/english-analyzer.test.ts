import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTermReader } from './analyzed-term-reader.js';
import { type Analyzer, noTerm } from './analyzer.js';
import { englishAnalyzer } from './english-analyzer.js';

const english = englishAnalyzer();

// Expected terms are the output of Lucene 9.9.2's EnglishAnalyzer.
it.each([
  ["The dog's 3.5 tails", ['dog', '3.5', 'tail']],
  ['KINGS’S QUEEN＇s', ['king', 'queen']],
  ['it is NOT to be', []],
  ['ΣΟΦΟΣ İstanbul', ['σοφοσ', 'istanbul']],
  ["can't won’t U.S.A. o'neill's", ["can't", 'won’t', 'u.s.a', "o'neil"]],
  ['', []],
  [' \n\t ', []],
])('%s', (text, terms) => {
  expect(english.analyze(text)).toEqual(terms);
});

describe('the reader', () => {
  const fragments = [
    'a',
    'Ed',
    '9',
    '.',
    ',',
    ':',
    "'s",
    '’s',
    '_',
    '-',
    ' ',
    '#',
    'ש',
    '漢',
    '\u0301',
    '👍',
    'The',
    'running',
  ];
  const texts = fc.array(fc.constantFrom(...fragments, 'x'.repeat(130), '\ud800'), { maxLength: 60 });

  it('gives the terms of analyze, whatever was read before', () => {
    const vocabulary = new Vocabulary();
    const reader = openTermReader(english, vocabulary.idOf);
    fc.assert(
      fc.property(
        texts.map((parts) => parts.join('')),
        (text) => {
          expect(vocabulary.read(reader, text)).toEqual(english.analyze(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('reads long texts in pieces', () => {
    const vocabulary = new Vocabulary();
    const reader = openTermReader(english, vocabulary.idOf);
    const text = 'stemming words, quickly. '.repeat(20_000);
    expect(reader.read(text, 0)).toBeLessThan(text.length);
    expect(vocabulary.read(reader, text)).toEqual(english.analyze(text));
  });

  it('asks for the number of a word once', () => {
    const asked: string[] = [];
    const reader = openTermReader(english, (term) => asked.push(term) - 1);
    reader.read('cats cats, cats and Cats', 0);
    expect(asked).toEqual(['cat', 'cat']);
    expect(reader.count).toBe(4);
  });

  it('drops terms that have no number', () => {
    const reader = openTermReader(english, (term) => (term === 'cat' ? 7 : noTerm));
    reader.read('dogs and cats and mice', 0);
    expect([...reader.terms.subarray(0, reader.count)]).toEqual([7]);
  });

  it('is made from analyze where the analyzer has none', () => {
    const plain: Analyzer = { name: 'plain', fingerprint: 'plain/1', analyze: (text) => text.split(' ') };
    const vocabulary = new Vocabulary();
    const text = 'b a b '.repeat(100);
    expect(vocabulary.read(openTermReader(plain, vocabulary.idOf), text)).toEqual(text.split(' '));
  });
});

class Vocabulary {
  readonly #terms: string[] = [];
  readonly idOf = (term: string): number => {
    const known = this.#terms.indexOf(term);
    return known < 0 ? this.#terms.push(term) - 1 : known;
  };

  read(reader: ReturnType<typeof openTermReader>, text: string): string[] {
    const terms: string[] = [];
    for (let at = 0; at < text.length; ) {
      at = reader.read(text, at);
      for (const id of reader.terms.subarray(0, reader.count)) terms.push(this.#terms[id] ?? '?');
    }
    return terms;
  }
}
