import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelFileError } from '../errors/model-file-error.js';
import type { ModelFolder } from '../folder/model-folder.js';
import { normalizeRows } from '../normalize-rows.js';
import { pool } from '../pooling.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import type { TextTokenizer } from '../tokenizer/text-tokenizer.js';
import { TokenCollector, type TokenSequences } from '../tokenizer/token-sequences.js';
import { type DenseLayer, loadDenseLayer } from './dense-layer.js';
import { importOnnxRuntime, type OnnxRuntime } from './import-onnx-runtime.js';
import { modelInputs } from './model-inputs.js';

/** A model in the thread that runs it: tokenizer, session, and what follows the session. */
export class TextEncoder {
  /** Columns of the rows. */
  readonly dimensions: number;
  readonly #folder: ModelFolder;
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #tokenizer: TextTokenizer;
  readonly #layers: ReadonlyMap<string, DenseLayer>;
  readonly #output: string;

  private constructor(parts: {
    folder: ModelFolder;
    runtime: OnnxRuntime;
    session: InferenceSession;
    tokenizer: TextTokenizer;
    layers: ReadonlyMap<string, DenseLayer>;
  }) {
    this.#folder = parts.folder;
    this.#runtime = parts.runtime;
    this.#session = parts.session;
    this.#tokenizer = parts.tokenizer;
    this.#layers = parts.layers;
    this.#output = outputName(parts.session, parts.folder);
    this.dimensions = dimensionsOf(parts.folder);
  }

  /**
   * Reads a model into memory.
   *
   * @param threads that one run may use
   * @throws {MissingPeerError} ONNX Runtime cannot be loaded
   * @throws {ModelFileError} a file of the model is broken
   */
  static async open(folder: ModelFolder, threads: number): Promise<TextEncoder> {
    const tokenizer = await loadTokenizer(folder);
    const layers = new Map<string, DenseLayer>();
    for (const step of folder.modules.steps) {
      if (step.kind === 'dense') layers.set(step.file, await loadDenseLayer(step));
    }
    const runtime = await importOnnxRuntime();
    const session = await createSession(runtime, folder, threads);
    return new TextEncoder({ folder, runtime, session, tokenizer, layers });
  }

  /** Token ids of each text, special tokens included, cut to what the model takes. */
  tokenize(texts: readonly string[]): TokenSequences {
    const collector = new TokenCollector(texts.length);
    for (const text of texts) this.#tokenizer.encode(text, collector);
    return collector.finish();
  }

  /** One row for each text: run, pooled, and sent through the modules that follow. */
  async run(batch: TokenSequences): Promise<Float32Array<ArrayBuffer>> {
    const { feeds, lengths, tokens } = modelInputs(this.#runtime, this.#session, batch, this.#folder);
    const outputs = await this.#session.run(feeds, [this.#output]);
    const hidden = outputs[this.#output];
    const data = hidden?.data;
    if (!hidden || !(data instanceof Float32Array)) throw this.#refuse(`its output '${this.#output}' is not float32`);
    const pooled = this.#pool(hidden, data, lengths, tokens);
    for (const output of Object.values(outputs)) output.dispose();
    return this.#finish(pooled);
  }

  /** Frees the session's memory. */
  async close(): Promise<void> {
    await this.#session.release();
  }

  /** Some graphs pool by themselves: then the output has a row for each text. */
  #pool(hidden: Tensor, data: Float32Array, lengths: Uint32Array, tokens: number): Float32Array {
    const rows = lengths.length;
    const columns = this.#folder.hiddenSize;
    if (hidden.dims.length === 2 && data.length % rows === 0) return data.slice();
    if (data.length !== rows * tokens * columns) {
      throw this.#refuse(`its output has the shape ${hidden.dims.join(' x ')}, not ${rows} x ${tokens} x ${columns}`);
    }
    const { paddingSide, modules } = this.#folder;
    return pool({ data, rows, tokens, columns, lengths, paddingSide }, modules.poolings);
  }

  #finish(pooled: Float32Array): Float32Array<ArrayBuffer> {
    let rows = pooled;
    let columns = this.#folder.hiddenSize * this.#folder.modules.poolings.length;
    for (const step of this.#folder.modules.steps) {
      if (step.kind === 'normalize') normalizeRows(rows, columns);
      else {
        rows = this.#layers.get(step.file)?.apply(rows) ?? rows;
        columns = step.outputs;
      }
    }
    return new Float32Array(rows);
  }

  #refuse(problem: string): ModelFileError {
    return new ModelFileError({ file: this.#folder.weightsFile, problem });
  }
}

/** Columns of a text's vector: those of the last dense layer, or of all poolings side by side. */
export function dimensionsOf({ modules, hiddenSize }: Pick<ModelFolder, 'modules' | 'hiddenSize'>): number {
  let columns = hiddenSize * modules.poolings.length;
  for (const step of modules.steps) if (step.kind === 'dense') columns = step.outputs;
  return columns;
}

async function createSession(
  runtime: OnnxRuntime,
  { weightsFile }: ModelFolder,
  threads: number,
): Promise<InferenceSession> {
  try {
    return await runtime.InferenceSession.create(weightsFile, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Waiting threads sleep: a server's other work needs the cores more than a run needs the microseconds.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    });
  } catch (cause) {
    throw new ModelFileError({ file: weightsFile, problem: 'ONNX Runtime does not accept it', cause });
  }
}

function outputName({ outputNames }: InferenceSession, { weightsFile }: ModelFolder): string {
  const preferred = ['last_hidden_state', 'token_embeddings', 'sentence_embedding'];
  const name = preferred.find((candidate) => outputNames.includes(candidate)) ?? outputNames[0];
  if (name === undefined) throw new ModelFileError({ file: weightsFile, problem: 'its graph has no output' });
  return name;
}
