import type { DecodeCompactCall } from './compact-rows.js';

/** Plain twin of `decodeCompact`; what runs where SIMD is missing. */
export function decodeCompactReference(call: DecodeCompactCall): void {
  const { codes, bits, scales, steps, list, target, stride, width, columns } = call;
  target.fill(0);
  for (const [at, row] of list.entries()) {
    const [scale = 0, step = 0] = [scales[row], steps[row]];
    for (let column = 0; column < width; column++) {
      const byte = bits[(row * stride + column) >>> 3] ?? 0;
      const isSet = ((byte >>> (column & 7)) & 1) === 1;
      const coded = Math.fround((codes[row * stride + column] ?? 0) * scale);
      target[at * columns + column] = coded + (isSet ? step : -step);
    }
  }
}
