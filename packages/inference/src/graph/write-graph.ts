import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CallOptions } from '@sluice/core';
import { ModelFileError } from '../errors/model-file-error.js';
import { readEncoderConfig } from './encoder-config.js';
import { encoderGraph, type GraphPrecision } from './encoder-graph.js';
import { findEncoderWeights } from './encoder-weights.js';
import type { LateBytes } from './protobuf-message.js';
import { SafetensorsFile } from './safetensors-file.js';

/** Largest message that protobuf allows, and so the largest file that the runtime reads. */
const MAX_BYTES = 2 ** 31 - 1;

/** What {@link writeGraph} is asked for. */
export interface GraphRequest extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** The weights; `config.json` lies beside them. */
  readonly weights: string;
  readonly precision: GraphPrecision;
  /** The file to make; it must not be there. */
  readonly target: string;
  /** Receives each piece as it is written. */
  readonly onPiece?: (piece: Uint8Array) => void;
}

/**
 * Writes the ONNX graph of a safetensors model and flushes it. Weights pass through in pieces: memory holds one matrix.
 *
 * @throws {ModelFileError} the weights or `config.json` are broken, disagree, or are of a family that is not written
 * @throws the signal's `reason`, once it has fired; the target is then not whole
 */
export async function writeGraph(request: GraphRequest): Promise<void> {
  const { weights, precision } = request;
  const config = await readEncoderConfig(dirname(weights));
  const file = await SafetensorsFile.open(weights);
  try {
    const model = await encoderGraph({ file, config, weights: findEncoderWeights(file, config) }, precision);
    if (model.length > MAX_BYTES) {
      const problem = `its graph would have ${model.length} bytes, and the format allows ${MAX_BYTES}`;
      throw new ModelFileError({ file: weights, problem, advice: 'Use precision float16 or int8, or export it.' });
    }
    await writeWhole(model, request);
  } finally {
    await file.close();
  }
}

async function writeWhole(model: LateBytes, { target, signal, onProgress, onPiece }: GraphRequest): Promise<void> {
  const handle = await open(target, 'wx');
  let done = 0;
  try {
    for await (const piece of model.pieces()) {
      signal?.throwIfAborted();
      await handle.writeFile(piece);
      onPiece?.(piece);
      done += piece.length;
      onProgress?.({ phase: 'writing', done, total: model.length, unit: 'bytes' });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
