import { gatherTokens, type TokenSequences } from '../tokenizer/token-sequences.js';

/**
 * A batch in parts of neighbouring texts, each of which makes a graph give at most `maxNumbers`: texts x tokens of the
 * longest x numbers a token. A text that exceeds it alone is a part of its own.
 */
export function batchParts(
  batch: TokenSequences,
  { numbersAToken, maxNumbers }: { readonly numbersAToken: number; readonly maxNumbers: number },
): readonly TokenSequences[] {
  const texts = batch.offsets.length - 1;
  const parts: number[][] = [];
  let part: number[] = [];
  let longest = 0;
  for (let text = 0; text < texts; text++) {
    const length = (batch.offsets[text + 1] ?? 0) - (batch.offsets[text] ?? 0);
    const together = (part.length + 1) * Math.max(longest, length) * numbersAToken;
    if (part.length > 0 && together > maxNumbers) {
      parts.push(part);
      part = [];
      longest = 0;
    }
    part.push(text);
    longest = Math.max(longest, length);
  }
  if (parts.length === 0) return [batch];
  return [...parts, part].map((positions) => gatherTokens(batch, positions));
}
