/** Zeros, with room for integers up to `largest` in as few bytes as that takes: 1, 2 or 4 each. */
export function narrowIntegers(largest: number, length: number): Uint8Array | Uint16Array | Uint32Array {
  if (largest < 0x100) return new Uint8Array(length);
  return largest < 0x10000 ? new Uint16Array(length) : new Uint32Array(length);
}
