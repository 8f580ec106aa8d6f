import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LateMatrix, loadMatrix, scaledInputs, spread, storedMatrix, withZeroRows } from './late-matrix.js';
import type { Constant } from './onnx-graph.js';
import { quantizeRows } from './quantize-rows.js';
import { SafetensorsFile } from './safetensors-file.js';
import { quantizedConstants } from './weight-constants.js';

const ROWS = 600;
const COLUMNS = 384;
const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(at) * (1 + (at % 7)));
let scratch = '';
let file: SafetensorsFile;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sluice-matrix-'));
  const header = JSON.stringify({ w: { dtype: 'F32', shape: [ROWS, COLUMNS], data_offsets: [0, values.byteLength] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const path = join(scratch, 'model.safetensors');
  await writeFile(path, Buffer.concat([length, Buffer.from(header), new Uint8Array(values.buffer)]));
  file = await SafetensorsFile.open(path);
});
afterAll(async () => {
  await file.close();
  await rm(scratch, { recursive: true });
});

function stored(): LateMatrix {
  const place = file.tensors.get('w');
  if (!place) throw new Error('no tensor');
  return storedMatrix(file, place);
}

function viewOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function bytesOf({ bytes }: Constant): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) return bytes;
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes.pieces()) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

it('passes a matrix on in small blocks of whole rows', async () => {
  for (const matrix of [stored(), scaledInputs(stored(), values), withZeroRows(stored(), 1)]) {
    const lengths: number[] = [];
    for await (const block of matrix.blocks()) lengths.push(block.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2 ** 16);
    expect(lengths.every((length) => length % COLUMNS === 0)).toBe(true);
  }
});

it('has the numbers of the file, whatever is done on the way', async () => {
  const factors = Float32Array.from({ length: COLUMNS }, (_, column) => 1 / (column + 1));
  const scaled = values.map((value, at) => value * (factors[at % COLUMNS] ?? 0));
  expect(Buffer.compare(viewOf(await loadMatrix(stored())), viewOf(values))).toBe(0);
  expect(Buffer.compare(viewOf(await loadMatrix(scaledInputs(stored(), factors))), viewOf(scaled))).toBe(0);
  for (const groups of [1, 6, 12, 600]) {
    const padded = await loadMatrix(withZeroRows(stored(), groups));
    expect(Buffer.compare(viewOf(padded), viewOf(spread(values, groups, COLUMNS, 0)))).toBe(0);
  }
});

it('puts a row of zeros behind each group, however the rows are cut into blocks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 8 }), async (cuts) => {
      const all = values.slice(0, 12 * 4);
      const blocks = async function* () {
        let row = 0;
        for (const cut of [...cuts, 12]) {
          if (row < 12) yield all.slice(row * 4, Math.min(12, row + cut) * 4);
          row += cut;
        }
      };
      const padded = await loadMatrix(withZeroRows({ outputs: 12, inputs: 4, blocks }, 3));
      expect(padded).toEqual(spread(all, 3, 4, 0));
    }),
  );
});

it('is read once for its int8 codes and their scales', async () => {
  let passes = 0;
  const matrix = stored();
  const counted = {
    ...matrix,
    blocks() {
      passes += 1;
      return matrix.blocks();
    },
  };
  const expected = quantizeRows(values, COLUMNS);
  const { codes, scales } = quantizedConstants(counted);
  const turned = new Int8Array(Uint8Array.from(await bytesOf(codes)).buffer);
  expect(turned.length).toBe(values.length);
  const wrong = expected.codes.findIndex((code, at) => {
    return turned[(at % COLUMNS) * ROWS + Math.floor(at / COLUMNS)] !== code;
  });
  expect(wrong).toBe(-1);
  expect(Float32Array.from(new Float32Array(Uint8Array.from(await bytesOf(scales)).buffer))).toEqual(expected.scales);
  expect(passes).toBe(1);
  expect(await bytesOf(quantizedConstants(matrix).scales)).toEqual(await bytesOf(scales));
});
