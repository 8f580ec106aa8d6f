import { z } from 'zod';
import { ModelFileError } from './errors/model-file-error.js';

/** Bytes of one number, by the names of the format. */
const numberBytes = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
} as const;

/** Kinds of number that a tensor may hold. */
export type TensorType = keyof typeof numberBytes;

/** One tensor of a safetensors file. */
export interface SafeTensor {
  readonly type: TensorType;
  /** Lengths of the axes; empty for a single number. */
  readonly shape: readonly number[];
  /** Little-endian, row-major; a view into the file's bytes, at any alignment. */
  readonly bytes: Uint8Array;
}

const tensorEntry = z.strictObject({
  dtype: z.string().refine((dtype): dtype is TensorType => Object.hasOwn(numberBytes, dtype), 'unknown kind of number'),
  shape: z.array(z.int().nonnegative()).max(8),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

const maxHeaderBytes = 16 * 2 ** 20;

/**
 * The tensors of a safetensors file, not copied. The bytes are distrusted: a header that is too long, sizes that
 * do not fit, and tensors that overlap, leave holes or reach past the end are refused.
 *
 * Source: the format's description in the safetensors repository.
 *
 * @param file the name to blame
 * @throws {ModelFileError} the bytes are not a whole and sound safetensors file
 */
export function parseSafetensors(bytes: Uint8Array, file: string): ReadonlyMap<string, SafeTensor> {
  const start = safetensorsDataStart(bytes.subarray(0, 8), bytes.length, file);
  const tensors = new Map<string, SafeTensor>();
  for (const [name, place] of parseSafetensorsHeader(bytes.subarray(8, start), bytes.length, file)) {
    tensors.set(name, { type: place.type, shape: place.shape, bytes: bytes.subarray(place.begin, place.end) });
  }
  return tensors;
}

/** A tensor's description, and where in the file its bytes lie. */
export interface TensorPlace extends Omit<SafeTensor, 'bytes'> {
  /** Offset of the first byte from the beginning of the file. */
  readonly begin: number;
  /** Offset behind the last byte. */
  readonly end: number;
}

/**
 * Where the header ends and the numbers begin.
 *
 * @param prefix the first 8 bytes of the file, or fewer where it has fewer
 * @throws {ModelFileError} the header is longer than the file, or than any sound one
 */
export function safetensorsDataStart(prefix: Uint8Array, fileBytes: number, file: string): number {
  const refuse = (problem: string): ModelFileError => new ModelFileError({ file, problem });
  if (prefix.length < 8) throw refuse(`${prefix.length} bytes are too few for a safetensors file`);
  const announced = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  if (announced > maxHeaderBytes || Number(announced) > fileBytes - 8) {
    throw refuse(`its header claims ${announced} bytes of a file of ${fileBytes}`);
  }
  return 8 + Number(announced);
}

/**
 * The tensors that a header announces.
 *
 * @param header without the 8 bytes of its length
 * @param fileBytes length of the whole file
 * @throws {ModelFileError} the header is not one, or does not describe a file of this length
 */
export function parseSafetensorsHeader(
  header: Uint8Array,
  fileBytes: number,
  file: string,
): ReadonlyMap<string, TensorPlace> {
  const refuse = (problem: string, cause?: unknown): ModelFileError => new ModelFileError({ file, problem, cause });
  const start = 8 + header.length;
  const tensors = new Map<string, TensorPlace>();
  const ranges: Range[] = [];
  for (const [name, value] of Object.entries(parseHeader(header, refuse))) {
    if (name === '__metadata__') continue;
    const entry = tensorEntry.safeParse(value);
    if (!entry.success) throw refuse(`tensor '${name}': ${entry.error.issues[0]?.message}`);
    const { dtype, shape, data_offsets } = entry.data;
    const range = { name, begin: data_offsets[0], end: data_offsets[1] };
    const expected = shape.reduce((product, length) => product * length, numberBytes[dtype]);
    if (range.end - range.begin !== expected)
      throw refuse(`tensor '${name}' has ${range.end - range.begin} bytes where its shape needs ${expected}`);
    ranges.push(range);
    tensors.set(name, { type: dtype, shape, begin: start + range.begin, end: start + range.end });
  }
  expectGapless(ranges, fileBytes - start, refuse);
  return tensors;
}

/** Where a tensor's bytes lie, counted from the end of the header. */
interface Range {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

type Refuse = (problem: string, cause?: unknown) => ModelFileError;

function parseHeader(bytes: Uint8Array, refuse: Refuse): object {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw refuse('its header is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw refuse('its header is not an object');
  return header;
}

function expectGapless(ranges: Range[], dataBytes: number, refuse: Refuse): void {
  let end = 0;
  for (const range of ranges.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (range.begin !== end) throw refuse(`tensor '${range.name}' begins at ${range.begin}, not at ${end}`);
    end = range.end;
  }
  if (end !== dataBytes) throw refuse(`its tensors end at ${end} and its data at ${dataBytes}`);
}

/**
 * The numbers of a tensor of type `F32`, `F16`, `BF16` or `F64`, as float32: a copy, aligned.
 *
 * @param file the name to blame
 * @throws {ModelFileError} the tensor holds another kind of number, or one that is not finite
 */
export function tensorToFloat32({ type, bytes }: SafeTensor, file: string): Float32Array {
  const read = readFloat[type];
  if (!read) throw new ModelFileError({ file, problem: `a tensor of ${type} stands where real numbers are needed` });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / numberBytes[type]);
  for (let at = 0; at < values.length; at++) {
    const value = read(view, at);
    if (!Number.isFinite(value)) throw new ModelFileError({ file, problem: `number ${at} of a tensor is not finite` });
    values[at] = value;
  }
  return values;
}

const readFloat: Partial<Record<TensorType, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(at * 8, true),
  F32: (view, at) => view.getFloat32(at * 4, true),
  F16: (view, at) => halfToNumber(view.getUint16(at * 2, true)),
  BF16: (view, at) => brainToNumber(view.getUint16(at * 2, true)),
};

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** A bfloat16 is the upper half of a float32. */
function brainToNumber(bits: number): number {
  word.setUint32(0, bits * 0x10000);
  return word.getFloat32(0);
}
