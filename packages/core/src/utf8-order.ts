/**
 * Order of two strings by their UTF-8 bytes: negative, 0 or positive.
 *
 * JavaScript compares UTF-16 units, which sorts U+E000 to U+FFFF after the supplementary characters; bytes do not.
 */
export function compareUtf8(left: string, right: string): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return rankOfUnit(a) - rankOfUnit(b);
  }
  return left.length - right.length;
}

/** Surrogates (D800 to DFFF) stand for code points above FFFF, so they move behind every other unit. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
