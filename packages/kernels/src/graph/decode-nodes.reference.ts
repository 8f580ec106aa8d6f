import type { DecodeNodesCall } from './decode-nodes.js';
import { SIGN_HALF, SKETCH_NUMBER_BYTES, signBytes } from './graph-layout.js';

/** Plain twin of `decodeNodes`, bit for bit; what runs where SIMD is missing. */
export function decodeNodesReference({ codes, sketches, list, target, stride, width, columns }: DecodeNodesCall): void {
  const [signs, numbers] = [signBytes(stride), new DataView(sketches.buffer, sketches.byteOffset)];
  for (const [at, row] of list.entries()) {
    const sketch = row * (signs + SKETCH_NUMBER_BYTES);
    const scale = numbers.getFloat32(sketch + signs, true);
    for (let column = 0; column < columns; column++) {
      const isSet = ((sketches[sketch + (column >>> 3)] ?? 0) >>> (column & 7)) & 1;
      const integer = (codes[row * stride + column] ?? 0) + (isSet ? SIGN_HALF : -SIGN_HALF);
      target[at * columns + column] = column < width ? integer * scale : 0;
    }
  }
}
