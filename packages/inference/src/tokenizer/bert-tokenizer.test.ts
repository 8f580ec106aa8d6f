import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bertTokenizer } from './bert-tokenizer.js';
import { hubTokenizer, specialTokens } from './load-tokenizer.js';
import type { TextTokenizer } from './text-tokenizer.js';
import { TokenCollector } from './token-sequences.js';

const file = fileURLToPath(new URL('../fixtures/tiny-encoder/tokenizer.json', import.meta.url));
const definition = JSON.parse(readFileSync(file, 'utf8'));
const hub = new HubTokenizer(definition, {});
const special = specialTokens(hub);

function pair(maxTokens: number): { fast: TextTokenizer; plain: TextTokenizer } {
  const fast = bertTokenizer(definition, special, { maxTokens, casing: 'kept' });
  if (!fast) throw new Error('the fixture is not read as a BERT tokenizer');
  return { fast, plain: hubTokenizer(hub, special, maxTokens) };
}

function encode(tokenizer: TextTokenizer, text: string): number[] {
  const collector = new TokenCollector(1);
  tokenizer.encode(text, collector);
  return [...collector.finish().ids];
}

const words = fc.constantFrom(
  'tides',
  'the',
  'Moon,',
  'ÉCLAIR',
  '[CLS]',
  '[MASK]x',
  '[SEP',
  '漢字',
  '\u200b',
  '\t',
  '"no"',
  'ß',
);
const texts = fc.oneof(
  fc.array(words, { maxLength: 20 }).map((parts) => parts.join(' ')),
  fc.array(words, { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

// Where the general tokenizer leaves the reference, we follow the reference: it lowers a sigma at the end of a word to
// another letter, and does not space ideographs beyond the basic plane.
const alike = texts.filter((text) => !/[Σ\ufffd]|[^\0-\uffff]/u.test(text.normalize('NFD')));

it('agrees with the general tokenizer on any text, at any length', () => {
  fc.assert(
    fc.property(alike, fc.integer({ min: 2, max: 24 }), (text, maxTokens) => {
      const { fast, plain } = pair(maxTokens);
      expect(encode(fast, text)).toEqual(encode(plain, text));
    }),
    { numRuns: 500 },
  );
});

it('says which one it is', () => {
  const { fast, plain } = pair(16);
  expect([fast.kind, plain.kind]).toEqual(['word piece', 'hub']);
});

it.each([
  { why: 'another model', change: { model: { ...definition.model, type: 'BPE' } } },
  { why: 'another normalizer', change: { normalizer: null } },
  {
    why: 'a special token that swallows blanks',
    change: { added_tokens: [{ ...definition.added_tokens[4], lstrip: true }] },
  },
])('leaves to the general tokenizer: $why', ({ change }) => {
  expect(bertTokenizer({ ...definition, ...change }, special, { maxTokens: 16, casing: 'kept' })).toBeUndefined();
});
