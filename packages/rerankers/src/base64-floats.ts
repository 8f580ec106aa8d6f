import { InvalidInputError } from '@sluice/core';

/** Numbers as base64 of little-endian float32. */
export function floatsToBase64(values: Float32Array): string {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setFloat32(4 * at, value, true);
  return Buffer.from(bytes).toString('base64');
}

/**
 * The numbers back.
 *
 * @param name what to blame
 * @throws {InvalidInputError} the bytes are not whole float32 numbers
 */
export function floatsFromBase64(text: string, name: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) {
    const problem = `'${name}' has ${bytes.length} bytes, and float32 has 4`;
    throw new InvalidInputError({ source: 'model' }, problem, 'Write the file again.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
}
