import { Tokenizer as HubTokenizer } from '@huggingface/tokenizers';
import { expect, it } from 'vitest';
import { withKnownNormalizers } from './hub-normalizer.js';

/** What a normalizer of that definition does to a text. */
function normalize(normalizer: object | null, casing: 'kept' | 'lowered', text: string): string {
  const definition = {
    added_tokens: [],
    normalizer,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: 'WordPiece', vocab: { '[UNK]': 0 }, unk_token: '[UNK]', continuing_subword_prefix: '##' },
  };
  const hub = new HubTokenizer(withKnownNormalizers(definition, casing), {});
  return hub.normalizer ? hub.normalizer(text) : text;
}

// Expected: what Hugging Face's tokenizers 0.23 give.
it.each([
  {
    why: 'Nmt',
    normalizer: { type: 'Nmt' },
    text: 'a\u0007b\tc\u200bd\u00a0e\ufefff\u00adg\u2581h',
    expected: 'ab c d\u00a0e f\u00adg h',
  },
  { why: 'Lowercase', normalizer: { type: 'Lowercase' }, text: 'ΟΔΟΣ ΣΑΣ, İI', expected: 'οδοσ σασ, i\u0307i' },
  {
    why: 'a sequence with both',
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Nmt' }, { type: 'Lowercase' }] },
    text: 'Σ\u200bΣ',
    expected: 'σ σ',
  },
])('knows $why', ({ normalizer, text, expected }) => {
  expect(normalize(normalizer, 'kept', text)).toBe(expected);
});

it('lowers first where the model says so, and only once', () => {
  expect(normalize(null, 'lowered', 'ΟΔΟΣ')).toBe('οδοσ');
  const stripped = { type: 'Replace', pattern: { String: 'A' }, content: 'b' };
  expect(normalize(stripped, 'lowered', 'A')).toBe('a');
  expect(normalize({ type: 'Sequence', normalizers: [stripped, { type: 'Lowercase' }] }, 'lowered', 'A')).toBe('b');
  expect(normalize(null, 'kept', 'A')).toBe('A');
});
