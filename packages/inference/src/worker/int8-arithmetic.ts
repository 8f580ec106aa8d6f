import { OnnxGraph } from '../graph/onnx-graph.js';
import type { OnnxRuntime } from './import-onnx-runtime.js';

const INPUTS = 64;
const OUTPUTS = 16;

/** Whether products of int8 are right, or lose their upper bits. */
export type Int8Arithmetic = 'exact' | 'overflows';

/**
 * Whether this processor's products of int8 are right. Those of older x86 processors (AVX2 and AVX-512 without VNNI) add
 * pairs of products in 16 bits, where large ones overflow. The runtime can avoid it, at more than twice the time, and
 * does not say whether it must: so the largest product is computed and looked at.
 */
export async function int8Arithmetic(runtime: OnnxRuntime): Promise<Int8Arithmetic> {
  const session = await runtime.InferenceSession.create(await largestProduct(), { intraOpNumThreads: 1 });
  try {
    const row = new runtime.Tensor('uint8', new Uint8Array(INPUTS).fill(255), [1, INPUTS]);
    const { product } = await session.run({ row });
    const values = product?.data;
    const exact = values instanceof Int32Array && values.every((value) => value === INPUTS * 255 * 127);
    return exact ? 'exact' : 'overflows';
  } finally {
    await session.release();
  }
}

async function largestProduct(): Promise<Uint8Array> {
  const graph = new OnnxGraph();
  const row = graph.input({ name: 'row', type: 'uint8', axes: [1, INPUTS] });
  const bytes = new Uint8Array(INPUTS * OUTPUTS).fill(127);
  const weights = graph.constant({ type: 'int8', shape: [INPUTS, OUTPUTS], bytes });
  const product = graph.node('MatMulInteger', [row, weights]);
  graph.output(product, { name: 'product', type: 'int32', axes: [1, OUTPUTS] });
  const pieces: Uint8Array[] = [];
  for await (const piece of graph.finish({}).pieces()) pieces.push(piece);
  return Buffer.concat(pieces);
}
