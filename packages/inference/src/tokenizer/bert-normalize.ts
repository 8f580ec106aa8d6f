/** How a text is prepared before it is split into words. */
export interface BertNormalization {
  readonly casing: 'kept' | 'lowered';
  readonly accents: 'kept' | 'stripped';
  /** `spaced`: every CJK ideograph is a word of its own. */
  readonly ideographs: 'kept' | 'spaced';
}

// Outside of ASCII printables and the blanks, anything may need work.
const plain = /^[\t\n\r\x20-\x7e]*$/;
const whiteSpace = /\p{White_Space}/u;
// Tab and line ends are control characters too, and so are vertical tab and U+0085, which are dropped.
const unwanted = /(?![\t\n\r])[\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const nonspacing = /\p{Mn}/gu;
const ideograph =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u;
const notPlain = /[^\x20-\x7e]/gu;

/**
 * Cleans a text as BERT's normalizer does: control characters go, white space becomes blanks, ideographs are spaced,
 * accents stripped (decomposed, then without nonspacing marks), letters lower-cased one by one.
 *
 * Source: google-research/bert `tokenization.py` and, where they differ, Hugging Face's `BertNormalizer`.
 */
export function bertNormalize(text: string, { casing, accents, ideographs }: BertNormalization): string {
  if (plain.test(text)) return casing === 'lowered' ? text.toLowerCase() : text;
  const spaced = text.replace(notPlain, (character) => {
    if (unwanted.test(character)) return '';
    if (whiteSpace.test(character)) return ' ';
    return ideographs === 'spaced' && ideograph.test(character) ? ` ${character} ` : character;
  });
  const stripped = accents === 'stripped' ? spaced.normalize('NFD').replace(nonspacing, '') : spaced;
  // A sigma at the end of a word has a lower case of its own in JavaScript, but not where letters are taken one by one.
  return casing === 'lowered' ? stripped.replaceAll('Σ', 'σ').toLowerCase() : stripped;
}
