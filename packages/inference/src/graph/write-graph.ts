import { dirname } from 'node:path';
import { ModelFileError } from '../errors/model-file-error.js';
import { readEncoderConfig } from './encoder-config.js';
import { type EncoderSource, encoderGraph, type GraphPrecision } from './encoder-graph.js';
import { findEncoderWeights } from './encoder-weights.js';
import type { GraphRecipe } from './graph-maps.js';
import { findLabelHead } from './label-head.js';
import { measureRanges } from './measure-ranges.js';
import { SafetensorsFile } from './safetensors-file.js';
import { findTermHead, type TermPooling } from './term-head.js';
import { type WholeFile, writeWhole } from './write-whole.js';

/** Largest message that protobuf allows, and so the largest file that the runtime reads. */
const MAX_BYTES = 2 ** 31 - 1;

/** What {@link writeGraph} is asked for. */
export interface GraphRequest extends WholeFile {
  /** The weights; `config.json` lies beside them. */
  readonly weights: string;
  readonly precision: GraphPrecision;
  /** A head to write behind the encoder: how the logits of terms are pooled. */
  readonly terms?: TermPooling | undefined;
  /** A classifier's head instead, with so many labels. */
  readonly labels?: number | undefined;
}

/**
 * Writes the ONNX graph of a safetensors model and flushes it. Weights pass through in pieces: memory holds one matrix.
 *
 * For int8, ranges are measured first: the float32 graph is written beside the target, run in a thread and removed.
 *
 * @throws {MissingPeerError} int8 is asked for and ONNX Runtime cannot be loaded
 * @throws {ModelFileError} the weights or `config.json` are broken, disagree, or are of a family that is not written
 * @throws the signal's `reason`, once it has fired; the target is then not whole
 */
export async function writeGraph(request: GraphRequest): Promise<void> {
  const { weights } = request;
  const config = await readEncoderConfig(dirname(weights));
  const file = await SafetensorsFile.open(weights);
  try {
    const terms = request.terms && { file, weights: findTermHead(file, config), pooling: request.terms };
    const labels = request.labels === undefined ? undefined : findLabelHead(file, config, request.labels);
    const source = { file, config, weights: findEncoderWeights(file, config), terms, labels };
    const model = await encoderGraph(source, await recipeFor(source, request));
    if (model.length > MAX_BYTES) {
      const problem = `its graph would have ${model.length} bytes, and the format allows ${MAX_BYTES}`;
      throw new ModelFileError({ file: weights, problem, advice: 'Use precision float16 or int8, or export it.' });
    }
    await writeWhole(model, request);
  } finally {
    await file.close();
  }
}

async function recipeFor(source: EncoderSource, request: GraphRequest): Promise<GraphRecipe> {
  const { weights, precision, target, signal, onProgress } = request;
  if (precision !== 'int8') return { precision };
  const { vocabulary, positions, paddingId } = source.config;
  const ranges = await measureRanges({
    probed: await encoderGraph(source, { precision: 'probed' }),
    scratch: `${target}.probed`,
    folder: dirname(weights),
    vocabulary,
    maxTokens: positions - (paddingId === undefined ? 0 : paddingId + 1),
    ...(signal ? { signal } : {}),
    ...(onProgress ? { onProgress } : {}),
  });
  return { precision, ranges };
}
