const nativeOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'little' : 'big';

/** How wide the integers of a block are, in bytes. */
export type IntegerWidth = 1 | 2 | 4;

/** The array that holds integers of a width. */
export type IntegersOf<Width extends IntegerWidth> = { 1: Uint8Array; 2: Uint16Array; 4: Uint32Array }[Width];

/**
 * The integers of a block of little-endian bytes: a view where the platform and the alignment allow, otherwise a copy.
 *
 * @param block its length is a multiple of `width`
 */
export function integersOf<Width extends IntegerWidth>(block: Uint8Array, width: Width): IntegersOf<Width>;
export function integersOf(block: Uint8Array, width: IntegerWidth): Uint8Array | Uint16Array | Uint32Array {
  const inPlace = block.byteOffset % width === 0 && (nativeOrder === 'little' || width === 1);
  const { buffer, byteOffset, length } = inPlace ? block : inNativeOrder(block.slice(), width);
  if (width === 1) return new Uint8Array(buffer, byteOffset, length);
  return width === 2
    ? new Uint16Array(buffer, byteOffset, length / 2)
    : new Uint32Array(buffer, byteOffset, length / 4);
}

/** The little-endian bytes of integers: a view on little-endian platforms. */
export function bytesOf(integers: Uint8Array | Uint16Array | Uint32Array): Uint8Array {
  const bytes = new Uint8Array(integers.buffer, integers.byteOffset, integers.byteLength);
  return nativeOrder === 'little' ? bytes : inNativeOrder(bytes.slice(), integers.BYTES_PER_ELEMENT);
}

/** Reverses each integer on a big-endian platform, in place. */
function inNativeOrder(bytes: Uint8Array, width: number): Uint8Array {
  if (nativeOrder === 'little') return bytes;
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
  return bytes;
}
