/** Lengths below it are exact. */
const EXACT = 40;
/** Codes that stand for their own value and have no significant bits to lose: 255 minus the code of 2^31 - 1. */
const PLAIN = 24;

/**
 * The byte in which a document's length is kept: exact below 40, above it the 4 leading bits and where they stand.
 *
 * Equal to Lucene's SmallFloat.intToByte4. Monotone: a longer document never has a smaller code.
 *
 * @param length tokens, 0 to 2^31 - 1
 */
export function encodeLength(length: number): number {
  if (length < EXACT) return length;
  const rest = length - PLAIN;
  const shift = 28 - Math.clz32(rest);
  return PLAIN + (((shift + 1) << 3) | ((rest >>> shift) & 7));
}

/** The least length that has this code, 0 to 255. */
export function decodeLength(code: number): number {
  if (code < EXACT) return code;
  const rest = code - PLAIN;
  return PLAIN + ((rest & 7) | 8) * 2 ** ((rest >>> 3) - 1);
}
