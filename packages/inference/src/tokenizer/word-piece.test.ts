import { expect, it } from 'vitest';
import { TokenCollector } from './token-sequences.js';
import { WordPiece } from './word-piece.js';

const tokens = ['[UNK]', 'un', '##aff', '##able', 'a', '##b', 'cafe', ',', '北', '[', 'cls', ']', 'σ', '##σ', '¿'];

function encode(text: string, maxTokens?: number, maxWordLength = 8): string[] {
  const tokenizer = new WordPiece({
    vocabulary: new Map(tokens.map((token, id) => [token, id])),
    normalization: { casing: 'lowered', accents: 'stripped', ideographs: 'spaced' },
    unknownToken: '[UNK]',
    continuationPrefix: '##',
    maxWordLength,
  });
  const collector = new TokenCollector(1);
  tokenizer.encode(text, collector, maxTokens);
  return Array.from(collector.current, (id) => tokens[id] ?? '');
}

it.each([
  { why: 'the longest pieces first', text: 'unaffable', expected: ['un', '##aff', '##able'], longest: 9 },
  { why: 'a word without pieces is unknown as a whole', text: 'unx a', expected: ['[UNK]', 'a'] },
  {
    why: 'a word that is too long is unknown',
    text: 'abbbbbbb abbbbbbbb',
    expected: ['a', ...Array(7).fill('##b'), '[UNK]'],
  },
  { why: 'accents and case', text: 'CAFÉ,café', expected: ['cafe', ',', 'cafe'] },
  { why: 'ideographs stand alone', text: 'a北b', expected: ['a', '北', '[UNK]'] },
  { why: 'no special tokens', text: '[CLS]', expected: ['[', 'cls', ']'] },
  { why: 'control characters vanish', text: 'c\u0000a\u200bf\u000be\ufffd', expected: ['cafe'] },
  { why: 'wide blanks part words', text: 'a\u00a0a\u3000a\u2028a', expected: ['a', 'a', 'a', 'a'] },
  { why: 'letters are lowered one by one', text: 'ΣΣ', expected: ['σ', '##σ'] },
  { why: 'punctuation beyond ASCII', text: '¿a', expected: ['¿', 'a'] },
  { why: 'punctuation beyond the basic plane', text: 'a\u{10100}a', expected: ['a', '[UNK]', 'a'] },
  { why: 'a lone half of a pair vanishes', text: 'ca\ud800fe', expected: ['cafe'] },
  { why: 'nothing', text: ' \n\t', expected: [] },
])('$why', ({ text, expected, longest }) => {
  expect(encode(text, undefined, longest)).toEqual(expected);
});

it('stops at the limit', () => {
  expect(encode('unaffable a a', 2, 9)).toEqual(['un', '##aff']);
  expect(encode('a a a a', 3)).toEqual(['a', 'a', 'a']);
});
