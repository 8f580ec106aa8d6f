import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, seededRandom } from '@sluice/core';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { ProtobufMessage } from './protobuf-message.js';
import { openRangeWorker } from './range-link.js';
import { writeWhole } from './write-whole.js';

/** Tokens of the made-up texts, special tokens left out: short and long ones, about 1,100 tokens together. */
const LENGTHS = [6, 14, 30, 62, 62, 126, 126, 126, 6, 14, 30, 62, 62, 126, 126, 126];
const SEED = 1;

/** What ranges are measured on. */
export interface RangeSource extends Pick<CallOptions, 'signal' | 'onProgress'> {
  /** A graph that tells ranges. */
  readonly probed: ProtobufMessage;
  /** Where it is written, and removed again. */
  readonly scratch: string;
  /** The model's folder, for its tokenizer. */
  readonly folder: string;
  readonly vocabulary: number;
  /** Tokens of a text, at most. */
  readonly maxTokens: number;
}

/**
 * The largest size of each input of the linear maps that follow a normalisation, over texts of random tokens.
 *
 * Random tokens serve as well as sentences: which columns are large depends on the weights, and the cosine of int8 to
 * float32 vectors is .9988 with either (all-MiniLM-L6-v2, 175 golden texts). Ranges are rounded to eighths of an octave,
 * so that machines whose float32 differs in the last bit write the same graph.
 *
 * @throws {MissingPeerError} ONNX Runtime cannot be loaded
 * @throws {ModelFileError} the tokenizer is missing or broken, or the graph cannot be run
 */
export async function measureRanges(source: RangeSource): Promise<Float32Array[]> {
  const { probed, scratch, signal, onProgress } = source;
  const texts = await madeUpTexts(source);
  try {
    await writeWhole(probed, { target: scratch, ...(signal ? { signal } : {}) });
    const worker = await openRangeWorker(scratch);
    try {
      for (const [done, text] of texts.entries()) {
        signal?.throwIfAborted();
        await worker.run(text);
        onProgress?.({ phase: 'measuring ranges', done: done + 1, total: texts.length, unit: 'texts' });
      }
      return (await worker.ranges()).map((range) => range.map(rounded));
    } finally {
      await worker.close();
    }
  } finally {
    await rm(scratch, { force: true });
  }
}

async function madeUpTexts({ folder, vocabulary, maxTokens }: RangeSource): Promise<Int32Array[]> {
  const { special } = await loadTokenizer({
    tokenizerFile: join(folder, 'tokenizer.json'),
    tokenizerConfigFile: join(folder, 'tokenizer_config.json'),
    maxTokens,
    casing: 'kept',
  });
  const random = seededRandom(SEED);
  const around = special.prefix.length + special.suffix.length;
  return LENGTHS.map((wanted) => {
    const length = Math.max(1, Math.min(wanted, maxTokens - around));
    const ids = Array.from({ length }, () => Math.floor(random() * vocabulary));
    return Int32Array.from([...special.prefix, ...ids, ...special.suffix]);
  });
}

function rounded(range: number): number {
  return range > 0 ? 2 ** (Math.round(Math.log2(range) * 8) / 8) : 0;
}
