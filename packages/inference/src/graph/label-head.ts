import { ModelFileError } from '../errors/model-file-error.js';
import type { TensorPlace } from '../safetensors.js';
import type { EncoderConfig } from './encoder-config.js';
import type { LinearWeights } from './encoder-weights.js';
import { numbers } from './float-maps.js';
import { storedMatrix } from './late-matrix.js';
import type { OnnxGraph } from './onnx-graph.js';
import type { SafetensorsFile } from './safetensors-file.js';
import { turnedConstant, vectorConstant } from './weight-constants.js';

/** Where the head of a sequence classifier lies in its file, shapes checked. */
export interface LabelHeadWeights {
  /** Reads the vector of the first token. */
  readonly dense: LinearWeights;
  readonly activation: 'Tanh' | 'Relu';
  /** Labels x hidden. */
  readonly labels: LinearWeights;
}

/** A classifier's head that is to be written behind an encoder. */
export interface LabelHead {
  readonly file: SafetensorsFile;
  readonly weights: LabelHeadWeights;
}

/** Names of a family's tensors. */
interface Names {
  readonly dense: string;
  readonly activation: LabelHeadWeights['activation'];
  readonly labels: string;
}

const robertaNames: Names = { dense: 'classifier.dense', activation: 'Tanh', labels: 'classifier.out_proj' };

const names: Readonly<Record<EncoderConfig['family'], Names>> = {
  bert: { dense: 'bert.pooler.dense', activation: 'Tanh', labels: 'classifier' },
  roberta: robertaNames,
  mpnet: robertaNames,
  distilbert: { dense: 'pre_classifier', activation: 'Relu', labels: 'classifier' },
};

/**
 * Finds the tensors of a classifier's head.
 *
 * @throws {ModelFileError} one is missing or has another shape than the configuration says
 */
export function findLabelHead(file: SafetensorsFile, { family, hidden }: EncoderConfig, labels: number): LabelHead {
  const known = names[family];
  const find = (name: string, shape: readonly number[]): TensorPlace => {
    const place = file.tensors.get(name);
    if (place?.shape.join() === shape.join()) return place;
    const problem = `it has no tensor '${name}' of ${shape.join(' x ')}`;
    const advice = 'Use the weights of a sequence classifier, or export one to onnx/model.onnx (text-classification).';
    throw new ModelFileError({ file: file.path, problem, advice });
  };
  const linear = (name: string, outputs: number): LinearWeights => ({
    weight: find(`${name}.weight`, [outputs, hidden]),
    bias: find(`${name}.bias`, [outputs]),
  });
  const { dense, activation, labels: last } = known;
  return { file, weights: { dense: linear(dense, hidden), activation, labels: linear(last, labels) } };
}

/**
 * Writes a classifier's head: logits, batch x labels. In float32 whatever the encoder's precision: it runs once a pair.
 *
 * @param first the vectors of first tokens, batch x 1 x hidden
 */
export async function writeLabelHead({ file, weights }: LabelHead, first: string, graph: OnnxGraph): Promise<string> {
  const map = async (value: string, { weight, bias }: LinearWeights): Promise<string> => {
    const matrix = graph.constant(turnedConstant(storedMatrix(file, weight), 'float32'));
    const summand = graph.constant(vectorConstant(await numbers(file, bias)));
    return graph.node('Add', [graph.node('MatMul', [value, matrix]), summand]);
  };
  const vectors = graph.node('Squeeze', [first, graph.integers([1])]);
  return map(graph.node(weights.activation, [await map(vectors, weights.dense)]), weights.labels);
}
