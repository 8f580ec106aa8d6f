import { describe, expect, it } from 'vitest';
import { isModelFile, neededFiles } from './model-files.js';

const settings = ['config.json', 'tokenizer.json', 'modules.json', '1_Pooling/config.json'];
const others = ['README.md', 'pytorch_model.bin', 'tf_model.h5', 'onnx/model_O4.onnx', 'openvino/openvino_model.bin'];

describe('needs', () => {
  it.each<{ why: string; precision: 'float32' | 'int8'; names: string[]; needed: string[] }>([
    {
      why: 'the graph, its data and its layers',
      precision: 'float32',
      names: [
        'onnx/model.onnx',
        'onnx/model.onnx_data',
        '2_Dense/config.json',
        '2_Dense/model.safetensors',
        'model.safetensors',
        'onnx/model_quantized.onnx',
      ],
      needed: ['onnx/model.onnx', 'onnx/model.onnx_data', '2_Dense/config.json', '2_Dense/model.safetensors'],
    },
    {
      why: 'the quantized graph',
      precision: 'int8',
      names: ['onnx/model.onnx', 'onnx/model_quantized.onnx'],
      needed: ['onnx/model_quantized.onnx'],
    },
    {
      why: 'safetensors without a graph of the precision',
      precision: 'int8',
      names: ['onnx/model.onnx', 'model.safetensors'],
      needed: ['model.safetensors'],
    },
    {
      why: 'what ColBERT’s authors write',
      precision: 'float32',
      names: ['artifact.metadata', 'model.safetensors', 'vocab.txt'],
      needed: ['artifact.metadata', 'model.safetensors', 'vocab.txt'],
    },
    {
      why: 'the weights of each route',
      precision: 'float32',
      names: [
        'router_config.json',
        'query_0_Static/model.safetensors',
        'query_0_Static/idf.json',
        'document_0_MLM/onnx/model.onnx',
        'document_0_MLM/model.safetensors',
        'document_0_MLM/config.json',
      ],
      needed: [
        'router_config.json',
        'query_0_Static/model.safetensors',
        'query_0_Static/idf.json',
        'document_0_MLM/onnx/model.onnx',
        'document_0_MLM/config.json',
      ],
    },
  ])('$why', ({ precision, names, needed }) => {
    const files = [...settings, ...names, ...others].map((name) => ({ name }));
    expect(neededFiles(files, precision, 'org/tiny').map(({ name }) => name)).toEqual([...settings, ...needed]);
  });
});

it('refuses a repository without weights', () => {
  const files = [...settings, ...others].map((name) => ({ name }));
  expect(() => neededFiles(files, 'int8', 'org/tiny')).toThrow(
    expect.objectContaining({ code: 'SLUICE_MODEL_FILE', file: 'org/tiny/onnx/model_quantized.onnx' }),
  );
});

it.each([
  '../config.json',
  '/config.json',
  'a/../config.json',
  '..',
  'a\\config.json',
  '.git/config.json',
  'a/b/config.json',
  'config.json\n',
  'CONFIG.JSON',
  '',
])('%j is no name of a model’s file', (name) => {
  expect(isModelFile(name)).toBe(false);
});
