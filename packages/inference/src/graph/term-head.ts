import { ModelFileError } from '../errors/model-file-error.js';
import type { SparseHeadSpec } from '../folder/head-spec.js';
import type { TensorPlace } from '../safetensors.js';
import type { EncoderConfig } from './encoder-config.js';
import type { LinearWeights, NormWeights } from './encoder-weights.js';
import { numbers } from './float-maps.js';
import { type LateMatrix, storedMatrix } from './late-matrix.js';
import type { LinearMaps, Normed } from './linear-maps.js';
import type { OnnxGraph } from './onnx-graph.js';
import type { SafetensorsFile } from './safetensors-file.js';

/** Terms whose logits are there at once: what bounds the memory of a run, tokens x terms. */
export const TERMS_A_STEP = 4096;

/** How the logits of a text's tokens become one weight a term. */
export type TermPooling = Pick<SparseHeadSpec, 'pooling' | 'saturation'>;

/** Where a masked language model head lies in its file, shapes checked. */
export interface TermHeadWeights {
  readonly transform: LinearWeights;
  readonly norm: NormWeights;
  /** Vocabulary x hidden: the table of words itself, where the file has no other. */
  readonly terms: TensorPlace;
  readonly bias: TensorPlace;
}

/** Names of a head's tensors; the first that is there counts. */
interface Names {
  readonly transform: string;
  readonly norm: string;
  readonly terms: readonly string[];
  readonly bias: readonly string[];
}

const names: Readonly<Partial<Record<EncoderConfig['family'], Names>>> = {
  bert: {
    transform: 'cls.predictions.transform.dense',
    norm: 'cls.predictions.transform.LayerNorm',
    terms: ['cls.predictions.decoder.weight', 'bert.embeddings.word_embeddings.weight'],
    bias: ['cls.predictions.bias', 'cls.predictions.decoder.bias'],
  },
  distilbert: {
    transform: 'vocab_transform',
    norm: 'vocab_layer_norm',
    terms: ['vocab_projector.weight', 'distilbert.embeddings.word_embeddings.weight'],
    bias: ['vocab_projector.bias'],
  },
};

/**
 * Finds the tensors of a masked language model head.
 *
 * @throws {ModelFileError} one is missing or has another shape than `config.json` says, or the family's is not written
 */
export function findTermHead({ tensors, path }: SafetensorsFile, config: EncoderConfig): TermHeadWeights {
  const { family, hidden, vocabulary } = config;
  const known = names[family];
  const advice = 'Export the model to onnx/model.onnx with its masked language model head (the task fill-mask).';
  if (!known) throw new ModelFileError({ file: path, problem: `the head of a ${family} model is not written`, advice });
  const find = (candidates: readonly string[], shape: readonly number[]): TensorPlace => {
    const place = candidates.flatMap((name) => tensors.get(name) ?? [])[0];
    if (place?.shape.join() === shape.join()) return place;
    const problem = `it has no tensor '${candidates[0]}' of ${shape.join(' x ')}`;
    throw new ModelFileError({ file: path, problem, advice });
  };
  return {
    transform: {
      weight: find([`${known.transform}.weight`], [hidden, hidden]),
      bias: find([`${known.transform}.bias`], [hidden]),
    },
    norm: {
      factor: find([`${known.norm}.weight`, `${known.norm}.gamma`], [hidden]),
      summand: find([`${known.norm}.bias`, `${known.norm}.beta`], [hidden]),
    },
    terms: find(known.terms, [vocabulary, hidden]),
    bias: find(known.bias, [vocabulary]),
  };
}

/** A head to be written behind an encoder. */
export interface TermHead {
  readonly file: SafetensorsFile;
  readonly weights: TermHeadWeights;
  readonly pooling: TermPooling;
}

/** What a head is written with. */
export interface TermHeadParts {
  readonly graph: OnnxGraph;
  readonly maps: LinearMaps;
  /** The attention mask that the caller supplies, int32: batch x tokens. */
  readonly mask: string;
  readonly activation: (value: string) => string;
}

/** The matrix that reads the encoder's output. */
export function transformMatrix({ file, weights }: TermHead): LateMatrix {
  return storedMatrix(file, weights.transform.weight);
}

/**
 * Writes a head of which only the pooled weights leave: batch x vocabulary. Logits are made for a few thousand terms at
 * a time, so a run needs tokens x {@link TERMS_A_STEP} numbers and never tokens x vocabulary.
 *
 * Logits of padding are 0 before the ReLU, and so are its weights.
 *
 * @param transform the matrix of {@link transformMatrix}, which `hidden` was told of
 */
export async function writeTermHead(
  head: TermHead,
  transform: LateMatrix,
  hidden: Normed,
  { graph, maps, mask, activation }: TermHeadParts,
): Promise<string> {
  const { file, weights, pooling } = head;
  const [vocabulary = 0] = weights.terms.shape;
  const transformed = activation(hidden.map(transform, await numbers(file, weights.transform.bias)));
  const steps = Array.from({ length: Math.ceil(vocabulary / TERMS_A_STEP) }, (_, step) => step * TERMS_A_STEP);
  const matrices = steps.map((first) =>
    storedMatrix(file, weights.terms, { first, count: Math.min(TERMS_A_STEP, vocabulary - first) }),
  );
  const normed = await maps.norm(transformed, weights.norm, matrices);
  const real = graph.node('Cast', [mask], { integers: { to: 1 } });
  const column = graph.node('Unsqueeze', [real, graph.integers([2])]);
  const parts: string[] = [];
  for (const [step, matrix] of matrices.entries()) {
    const bias = await file.rows(weights.bias, steps[step] ?? 0, matrix.outputs);
    parts.push(pooled(graph, graph.node('Mul', [normed.map(matrix, bias), column]), pooling));
  }
  return graph.node('Concat', parts, { integers: { axis: 1 } });
}

/** Batch x terms from batch x tokens x terms. The logarithm never falls, so a maximum is taken before it. */
function pooled(graph: OnnxGraph, logits: string, { pooling, saturation }: TermPooling): string {
  const reduced = (operator: string, value: string): string =>
    graph.node(operator, [value, graph.integers([1])], { integers: { keepdims: 0 } });
  const saturated = (value: string): string => {
    const once = graph.node('Log', [graph.node('Add', [graph.node('Relu', [value]), graph.scalar(1)])]);
    return saturation === 'log' ? once : graph.node('Log', [graph.node('Add', [once, graph.scalar(1)])]);
  };
  return pooling === 'max' ? saturated(reduced('ReduceMax', logits)) : reduced('ReduceSum', saturated(logits));
}
