import { expectRefusal, hardTexts } from '@sluice/testing';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openTermReader } from './analyzed-term-reader.js';
import type { Analyzer } from './analyzer.js';
import { cjkAnalyzer } from './cjk-analyzer.js';
import { englishAnalyzer } from './english-analyzer.js';
import { foldWord } from './fold-word.js';
import { languageAnalyzer, type SnowballLanguage, snowballLanguages } from './language-analyzer.js';
import { segmenterAnalyzer } from './segmenter-analyzer.js';

const analyzers: Analyzer[] = [
  englishAnalyzer(),
  await languageAnalyzer({ language: 'german' }),
  await languageAnalyzer({ language: 'french', folding: 'accents', stopWords: ['et', 'à'] }),
  cjkAnalyzer(),
  cjkAnalyzer({ grams: 'unigrams and bigrams' }),
  segmenterAnalyzer({ locale: 'zh' }),
];

describe.each(analyzers.map((analyzer) => [analyzer.fingerprint, analyzer] as const))('%s', (_, analyzer) => {
  it('reads the same terms by analyze and by its reader, bounded and never empty', () => {
    const long = [
      '東京都'.repeat(20_000),
      '\u{20000}\u{20001}'.repeat(9000),
      `x${'\u{20000}'.repeat(9000)}`,
      'straße und, '.repeat(3000),
      'é'.repeat(40_000),
    ];
    const text = fc.array(fc.oneof(fc.constantFrom('東', '京', 'カ', 'ﾊﾟ', 'é', "'", 'A1', ' ', '한국'), fc.string()));
    const same = (each: string): void => {
      const terms = analyzer.analyze(each);
      expect(readBy(analyzer, each)).toEqual(terms);
      for (const term of terms) expect(term.length > 0 && term.length < 5000, `'${term.slice(0, 40)}'`).toBe(true);
    };
    for (const each of [...hardTexts, ...long]) same(each);
    fc.assert(fc.property(text, (parts) => same(parts.join(''))));
  });

  it('gives up its place in a long text', () => {
    const text = '東京 straße '.repeat(60_000);
    const reader = openTermReader(analyzer, () => 1);
    expect(reader.read(text, 0)).toBeLessThan(text.length / 2);
  });
});

it('has fingerprints that tell analyzers apart', async () => {
  const others = [
    await languageAnalyzer({ language: 'german', folding: 'accents' }),
    await languageAnalyzer({ language: 'german', stopWords: ['und'] }),
    await languageAnalyzer({ language: 'german', stopWords: ['und', 'der'] }),
    await languageAnalyzer({ language: 'dutch' }),
    segmenterAnalyzer({ locale: 'ja' }),
  ];
  const fingerprints = [...analyzers, ...others].map(({ fingerprint }) => fingerprint);
  expect(new Set(fingerprints).size).toBe(fingerprints.length);
  const [one, other] = [
    ['und', 'der'],
    ['der', 'UND', 'und'],
  ].map((stopWords) => languageAnalyzer({ language: 'german', stopWords }));
  expect((await one)?.fingerprint).toBe((await other)?.fingerprint);
});

// The stems of jssnowball, another port of the same algorithms.
it.each<[SnowballLanguage, string, string]>([
  ['german', 'aufeinanderfolgenden', 'aufeinanderfolg'],
  ['german', 'kategorien', 'kategori'],
  ['french', 'continuellement', 'continuel'],
  ['spanish', 'chicharrones', 'chicharron'],
  ['italian', 'abbandonata', 'abbandon'],
  ['portuguese', 'quilométricas', 'quilométr'],
  ['dutch', 'lichamelijke', 'licham'],
  ['swedish', 'jaktkarlarne', 'jaktkarl'],
  ['russian', 'вавиловка', 'вавиловк'],
  ['finnish', 'edeltäjiinsä', 'edeltäj'],
])('stems %s as Snowball does: %s', async (language, word, stem) => {
  const analyzer = await languageAnalyzer({ language });
  expect(analyzer.analyze(word.toUpperCase())).toEqual([stem]);
});

it('loads a stemmer for every language it names', async () => {
  for (const language of snowballLanguages) {
    const analyzer = await languageAnalyzer({ language });
    expect(analyzer.analyze('abc 123')).toHaveLength(2);
  }
});

it('drops stop words in any case, and folds accents where it is told to', async () => {
  const options = { language: 'french', stopWords: ['Été', 'et'] } as const;
  expect((await languageAnalyzer(options)).analyze('ÉTÉ et été ete')).toEqual(['ete']);
  expect((await languageAnalyzer({ ...options, folding: 'accents' })).analyze('ÉTÉ et ete café')).toEqual(['caf']);
});

it.each([
  ['bigrams', '東京都に住む。', ['東京', '京都', '都に', 'に住', '住む']],
  ['bigrams', '東 京', ['東', '京']],
  ['bigrams', 'ＡＢＣ社の3.5倍', ['abc', '社の', '3', '5', '倍']],
  ['bigrams', 'ﾊﾟﾘの한국', ['パリ', 'リの', 'の한', '한국']],
  ['bigrams', '\u{20000}\u{20001}', ['\u{20000}\u{20001}']],
  ['unigrams and bigrams', '東京 x', ['東', '京', '東京', 'x']],
] as const)('cuts into %s: %s', (grams, text, terms) => {
  expect(cjkAnalyzer({ grams }).analyze(text)).toEqual(terms);
});

it('cuts no character where it has to cut a run', () => {
  for (const start of ['x', 'xx']) {
    const terms = cjkAnalyzer().analyze(`${start}${'\u{20000}'.repeat(9000)}`);
    expect(new Set(terms)).toEqual(new Set([start, '\u{20000}\u{20000}']));
    // Two pieces, each with one pair less than it has characters.
    expect(terms).toHaveLength(1 + 9000 - 2);
  }
});

it('finds Chinese words by the dictionary of the platform', () => {
  expect(segmenterAnalyzer({ locale: 'zh' }).analyze('北京大学，ABC！')).toContain('abc');
  expect(segmenterAnalyzer({ locale: 'zh' }).analyze('我们喜欢音乐')).toEqual(['我们', '喜欢', '音乐']);
});

it('hands the platform no long row of symbols, which it reads with the square of their number', () => {
  const segment = vi.spyOn(Intl.Segmenter.prototype, 'segment');
  try {
    const analyzer = segmenterAnalyzer({ locale: 'th' });
    for (const symbol of ['!', '😀', '\ue000', '\n', '\u{1d300}', '。', '🇦', '\u200b'])
      expect(analyzer.analyze(`a${symbol.repeat(5000)}b`)).toEqual(['a', 'b']);
    const rows = segment.mock.calls.map(([text]) => [...text.replace(/[ab]/g, '')].length);
    expect(rows.length).toBeGreaterThan((8 * 5000) / 65);
    expect(Math.max(...rows)).toBeLessThanOrEqual(64);
  } finally {
    segment.mockRestore();
  }
});

it('finds the words that the platform finds', () => {
  const unit = fc.constantFrom(
    ...['a', 'B', '1', '北', '京', 'ア', 'ก', 'า', 'é', '\u0301', '.', "'", ',', ':', '_', '-', ' ', '!', '\u00ad'],
    ...[
      '\u200d',
      '\u200b',
      '\u2060',
      '\ufe0f',
      '\u20e3',
      '😀',
      '🏽',
      '🇦',
      '👩',
      '\r',
      '\n',
      '\u00b7',
      '\u2018',
      '"',
      '\u05d0',
      '゛',
    ],
  );
  const text = fc.string({ unit, maxLength: 40 });
  fc.assert(
    fc.property(text, fc.constantFrom('zh', 'th', 'en'), (sample, locale) => {
      const found = new Intl.Segmenter(locale, { granularity: 'word' }).segment(sample);
      const expected = Array.from(found).flatMap(({ segment, isWordLike }) =>
        isWordLike ? [foldWord(segment, 'case')] : [],
      );
      expect(segmenterAnalyzer({ locale }).analyze(sample)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

describe('folding', () => {
  it('is idempotent', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('İ', 'ﬁ', 'Ǆ', 'ẞ', 'ΌΣ', 'ﾊﾞ', '㍿', 'ﷺ', 'Å'),
    );
    fc.assert(
      fc.property(word, fc.constantFrom('case', 'accents'), (each, folding) => {
        const folded = foldWord(each, folding);
        expect(foldWord(folded, folding)).toBe(folded);
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['case', 'ＦＯＯ', 'foo'],
    ['case', 'ﬁ', 'fi'],
    ['case', 'É', 'é'],
    ['case', 'J\u030c', '\u01f0'],
    ['accents', 'Ünïcödé', 'unicode'],
    ['accents', 'e\u0301', 'e'],
  ] as const)('of %s: %s', (folding, word, folded) => {
    expect(foldWord(word, folding)).toBe(folded);
  });
});

it.each<[string, () => unknown]>([
  // @ts-expect-error a language without a stemmer
  ['language', () => languageAnalyzer({ language: 'klingon' })],
  // @ts-expect-error no such grams
  ['grams', () => cjkAnalyzer({ grams: 'trigrams' })],
  ['locale', () => segmenterAnalyzer({ locale: 'not a tag' })],
])('refuses a wrong %s', async (path, make) => {
  await expectRefusal(async () => await make(), {
    code: 'SLUICE_INVALID_OPTIONS',
    fields: { issues: [expect.objectContaining({ path })] },
  });
});

function readBy(analyzer: Analyzer, text: string): string[] {
  const numbers = new Map<string, number>();
  const reader = openTermReader(analyzer, (term) => {
    if (!numbers.has(term)) numbers.set(term, numbers.size);
    return numbers.get(term) ?? 0;
  });
  const read: number[] = [];
  for (let at = 0; at < text.length; ) {
    const next = reader.read(text, at);
    expect(next).toBeGreaterThan(at);
    read.push(...reader.terms.subarray(0, reader.count));
    at = next;
  }
  const terms = [...numbers.keys()];
  return read.map((number) => terms[number] ?? '?');
}
