import { expect, it } from 'vitest';
import { missingOnnxRuntime } from './import-onnx-runtime.js';

it('prints the line that installs the missing peer, and the way without it', () => {
  const error = missingOnnxRuntime(new Error('Cannot find package'));
  expect(error).toMatchObject({ code: 'SLUICE_MISSING_PEER', peer: 'onnxruntime-node' });
  expect(error.message).toContain('npm install onnxruntime-node');
  expect(error.message).toContain('static embedder');
});
