import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadDenseLayer } from './dense-layer.js';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-dense-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A safetensors file of float32 tensors. */
function safetensors(tensors: Readonly<Record<string, { shape: number[]; values: readonly number[] }>>): Uint8Array {
  let end = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => {
      const begin = end;
      end += values.length * 4;
      return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }];
    }),
  );
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const data = Float32Array.from(Object.values(tensors).flatMap(({ values }) => values));
  return Buffer.concat([length, text, new Uint8Array(data.buffer)]);
}

// Whole numbers: the products and sums are exact, in whatever order they are made.
const whole = fc.integer({ min: -9, max: 9 });
const layers = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 11 }), fc.integer({ min: 0, max: 3 }))
  .chain(([inputs, outputs, rows]) =>
    fc.record({
      inputs: fc.constant(inputs),
      weight: fc.array(fc.array(whole, { minLength: inputs, maxLength: inputs }), {
        minLength: outputs,
        maxLength: outputs,
      }),
      bias: fc.array(whole, { minLength: outputs, maxLength: outputs }),
      rows: fc.array(fc.array(whole, { minLength: inputs, maxLength: inputs }), { minLength: rows, maxLength: rows }),
    }),
  );

it('multiplies each row by the weights, adds the bias, and activates', async () => {
  const file = join(folder, 'model.safetensors');
  await fc.assert(
    fc.asyncProperty(layers, async ({ inputs, weight, bias, rows }) => {
      const outputs = bias.length;
      const weights = { shape: [outputs, inputs], values: weight.flat() };
      await writeFile(
        file,
        safetensors({ 'linear.weight': weights, 'linear.bias': { shape: [outputs], values: bias } }),
      );
      const layer = await loadDenseLayer({ kind: 'dense', file, inputs, outputs, activation: 'relu' });
      const expected = rows.map((row) =>
        weight.map((column, output) =>
          Math.max(
            0,
            column.reduce((sum, each, input) => sum + each * (row[input] ?? 0), bias[output] ?? 0),
          ),
        ),
      );
      expect([...layer.apply(Float32Array.from(rows.flat()))]).toEqual(expected.flat());
    }),
    { numRuns: 60 },
  );
});
