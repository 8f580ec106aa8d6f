import { expect, it } from 'vitest';
import { OnnxGraph } from '../graph/onnx-graph.js';
import { importOnnxRuntime } from './import-onnx-runtime.js';
import { modelInputs } from './model-inputs.js';

it.each(['pixel_values', 'constructor'])('refuses a graph with the input %s', async (name) => {
  const graph = new OnnxGraph();
  const axes = ['batch', 'tokens'];
  graph.output(graph.input({ name, type: 'int32', axes }), { name: 'output', type: 'int32', axes });
  const pieces: Uint8Array[] = [];
  for await (const piece of graph.finish({}).pieces()) pieces.push(piece);
  const runtime = await importOnnxRuntime();
  const session = await runtime.InferenceSession.create(Buffer.concat(pieces));
  const batch = { ids: Int32Array.of(1), offsets: Uint32Array.of(0, 1) };
  const folder = { paddingSide: 'right', paddingId: 0, weightsFile: 'a graph' } as const;
  expect(() => modelInputs(runtime, session, batch, folder)).toThrow(`its input '${name}' is not supported`);
  await session.release();
});
