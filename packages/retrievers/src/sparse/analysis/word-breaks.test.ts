import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WordBreaks } from './word-breaks.js';

const breaks = new WordBreaks();

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = breaks.wordEnd(text, at);
    if (end > at) words.push(text.slice(at, end));
    at = Math.max(end, at + 1);
  }
  return words;
}

// Expected words are the output of Lucene 9.9.2's StandardTokenizer.
it.each([
  ["can't stop-gap 3.5 a.b x:y", ["can't", 'stop', 'gap', '3.5', 'a.b', 'x:y']],
  ['1,000 1,a _a_1 __ a_', ['1,000', '1', 'a', '_a_1', 'a_']],
  ['カタカナ ひら 漢字 한국어', ['カタカナ', 'ひ', 'ら', '漢', '字', '한국어']],
  ['ภาษาไทย', ['ภาษาไทย']],
  ['שב"כ a"b', ['שב"כ', 'a', 'b']],
  ['👩‍👩‍👧 👍🏽 🇩🇪🇫🇷 1️⃣ #⃣ ©', ['👩‍👩‍👧', '👍🏽', '🇩🇪', '🇫🇷', '1️⃣', '#⃣', '©']],
  ['e\u0301te \u0301 ˂ \u{10400}\u{10401}', ['e\u0301te', '˂', '\u{10400}\u{10401}']],
  ['a\ud800b \udc00', ['a', 'b']],
])('%s', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

it('cuts words at 255 units, and no surrogate pair', () => {
  expect(wordsOf('a'.repeat(600)).map(({ length }) => length)).toEqual([255, 255, 90]);
  expect(wordsOf(`${'a'.repeat(254)}\u{10400}`).map(({ length }) => length)).toEqual([254, 2]);
  expect(wordsOf('x'.repeat(1_000_000))).toHaveLength(Math.ceil(1_000_000 / 255));
});

it('agrees with the engine’s own segmenter where scripts need no dictionary', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  // Left out: the colon, which the engine's locale data treats otherwise than the standard; the underscore, which alone
  // is no word here; Hebrew, where Lucene's grammar joins more after a quote.
  const characters = 'abzAZ019 .,;\'"-\n()éüßЖдΩ\u0301\u200d\u2019';
  const text = fc.array(fc.constantFrom(...characters), { maxLength: 40 }).map((units) => units.join(''));
  fc.assert(
    fc.property(text, (sample) => {
      const expected = Array.from(segmenter.segment(sample))
        .filter(({ isWordLike }) => isWordLike)
        .map(({ segment }) => segment);
      expect(wordsOf(sample)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});
