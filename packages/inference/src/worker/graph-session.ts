import type { InferenceSession } from 'onnxruntime-node';
import { ModelFileError } from '../errors/model-file-error.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';
import { checkOnnxFile } from './check-onnx-file.js';
import { importOnnxRuntime, type OnnxRuntime } from './import-onnx-runtime.js';
import { int8Arithmetic } from './int8-arithmetic.js';
import { modelInputs } from './model-inputs.js';
import { sessionOptions } from './session-options.js';

/** What a graph made of a batch that was padded to its longest text. */
export interface GraphOutput {
  /** Row-major. The runtime's memory: good until the head has read it. */
  readonly data: Float32Array;
  /** Lengths of the axes: texts, then tokens where each token has numbers, then the numbers. */
  readonly dims: readonly number[];
  readonly batch: TokenSequences;
  /** Tokens of each text, without padding. */
  readonly lengths: Uint32Array;
  /** Tokens of every text, padding included. */
  readonly tokens: number;
  readonly paddingSide: 'left' | 'right';
}

/** An ONNX Runtime session, fed with tokens. */
export class GraphSession {
  /** The output that is read. */
  readonly output: string;
  readonly #folder: TransformerFolder;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;

  private constructor(folder: TransformerFolder, runtime: OnnxRuntime, session: InferenceSession, output: string) {
    this.#folder = folder;
    this.#runtime = runtime;
    this.#session = session;
    this.output = output;
  }

  /**
   * Reads a graph into memory.
   *
   * @param threads that one run may use
   * @param outputs names of the output to read, best first; where the graph has none of them, its first is read
   * @throws {MissingPeerError} ONNX Runtime cannot be loaded
   * @throws {ModelFileError} the weights file is broken
   */
  static async open(folder: TransformerFolder, threads: number, outputs: readonly string[]): Promise<GraphSession> {
    const runtime = await importOnnxRuntime();
    const session = await createSession(runtime, folder, threads);
    const { outputNames } = session;
    const output = outputs.find((name) => outputNames.includes(name)) ?? outputNames[0];
    if (output === undefined) {
      throw new ModelFileError({ file: folder.weightsFile, problem: 'its graph has no output' });
    }
    return new GraphSession(folder, runtime, session, output);
  }

  /** Runs a batch, lets `read` have what came out, and frees it. */
  async run<Result>(batch: TokenSequences, read: (output: GraphOutput) => Result): Promise<Result> {
    const { feeds, lengths, tokens } = modelInputs(this.#runtime, this.#session, batch, this.#folder);
    const outputs = await this.#session.run(feeds, [this.output]);
    try {
      const tensor = outputs[this.output];
      const data = tensor?.data;
      if (!tensor || !(data instanceof Float32Array)) {
        throw new ModelFileError({
          file: this.#folder.weightsFile,
          problem: `its output '${this.output}' is not float32`,
        });
      }
      const { paddingSide } = this.#folder;
      return read({ data, dims: tensor.dims, batch, lengths, tokens, paddingSide });
    } finally {
      for (const output of Object.values(outputs)) output.dispose();
    }
  }

  /** Frees the session's memory. */
  async close(): Promise<void> {
    await this.#session.release();
  }
}

async function createSession(
  runtime: OnnxRuntime,
  { weightsFile, graphFile = weightsFile, precision }: TransformerFolder,
  threads: number,
): Promise<InferenceSession> {
  checkOnnxFile(graphFile);
  const options = await sessionOptions({ precision, threads, arithmetic: () => int8Arithmetic(runtime) });
  try {
    return await runtime.InferenceSession.create(graphFile, options);
  } catch (cause) {
    throw new ModelFileError({ file: graphFile, problem: 'ONNX Runtime does not accept it', cause });
  }
}
