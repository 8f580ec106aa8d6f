import { isSluiceError } from '@sluice/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSafetensors, tensorToFloat32 } from './safetensors.js';

function file(header: unknown, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const numbers = new Uint8Array(Float32Array.of(1, -2.5, 3, 4).buffer);
const entry = { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] };

describe('a sound file', () => {
  it('gives its tensors', () => {
    const tensors = parseSafetensors(file({ __metadata__: { format: 'pt' }, a: entry }, numbers), 'm');
    expect([...tensors.keys()]).toEqual(['a']);
    const tensor = tensors.get('a');
    expect(tensor?.shape).toEqual([2, 2]);
    expect(tensor && [...tensorToFloat32(tensor, 'm')]).toEqual([1, -2.5, 3, 4]);
  });

  it.each([
    { dtype: 'F16', words: [0x3c00, 0xc100, 0x0001, 0x8000], values: [1, -2.5, 2 ** -24, -0] },
    { dtype: 'BF16', words: [0x3f80, 0xc020, 0x0000, 0x4049], values: [1, -2.5, 0, 3.140625] },
  ])('reads $dtype', ({ dtype, words, values }) => {
    const data = new Uint8Array(Uint16Array.from(words).buffer);
    const tensor = parseSafetensors(file({ a: { dtype, shape: [4], data_offsets: [0, 8] } }, data), 'm').get('a');
    expect(tensor && [...tensorToFloat32(tensor, 'm')]).toEqual(values);
  });

  it('refuses numbers that are not finite', () => {
    const data = new Uint8Array(Float32Array.of(1, Number.NaN).buffer);
    const tensor = parseSafetensors(file({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, data), 'm').get(
      'a',
    );
    expect(() => tensor && tensorToFloat32(tensor, 'm')).toThrow(/number 1 .* not finite/);
  });
});

const broken: readonly { why: string; bytes: Uint8Array }[] = [
  { why: 'nothing', bytes: new Uint8Array(0) },
  { why: 'a header longer than the file', bytes: Uint8Array.of(255, 0, 0, 0, 0, 0, 0, 0, 123, 125) },
  { why: 'a header of 2^63 bytes', bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 123, 125) },
  { why: 'no JSON', bytes: file('{', numbers) },
  { why: 'a list', bytes: file([], numbers) },
  { why: 'an unknown type', bytes: file({ a: { ...entry, dtype: 'F8' } }, numbers) },
  { why: 'a type of Object.prototype', bytes: file({ a: { ...entry, dtype: 'toString' } }, numbers) },
  { why: 'a negative length', bytes: file({ a: { ...entry, shape: [-2, -2] } }, numbers) },
  { why: 'a shape beyond every integer', bytes: file({ a: { ...entry, shape: [2 ** 40, 2 ** 40] } }, numbers) },
  { why: 'offsets the wrong way', bytes: file({ a: { ...entry, data_offsets: [16, 0] } }, numbers) },
  { why: 'too little data', bytes: file({ a: entry }, numbers.subarray(1)) },
  { why: 'data that belongs to none', bytes: file({ a: entry }, new Uint8Array(17)) },
  { why: 'tensors that overlap', bytes: file({ a: entry, b: entry }, numbers) },
  { why: 'a hole', bytes: file({ a: { ...entry, data_offsets: [4, 20] } }, new Uint8Array(20)) },
];

it.each(broken)('refuses $why', ({ bytes }) => {
  expect(() => parseSafetensors(bytes, 'model.safetensors')).toThrow(
    expect.objectContaining({ code: 'SLUICE_MODEL_FILE', file: 'model.safetensors' }),
  );
});

it('reads any damaged file or refuses it, and nothing else', () => {
  const sound = file({ a: entry, b: { dtype: 'I8', shape: [3], data_offsets: [16, 19] } }, new Uint8Array(19));
  const damage = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(damage, fc.nat(sound.length), (flips, length) => {
      const bytes = sound.slice(0, length);
      for (const [at, value] of flips) if (at < length) bytes[at] = value;
      try {
        for (const { bytes: tensor } of parseSafetensors(bytes, 'm').values()) {
          expect(tensor.byteOffset + tensor.byteLength).toBeLessThanOrEqual(bytes.byteOffset + bytes.byteLength);
        }
      } catch (error) {
        if (!isSluiceError(error, 'SLUICE_MODEL_FILE')) throw error;
      }
    }),
    { numRuns: 2000 },
  );
});
