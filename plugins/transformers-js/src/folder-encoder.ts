import { ModelFileError, type ModelFolder, normalizeRows, pool } from '@sluice/inference';
import { CuttingTokenizer, type TokenRows } from './token-rows.js';
import type { LibraryModel, LibraryTensor, LoadOptions, TransformersLibrary } from './transformers-library.js';

/**
 * A model's folder, run by transformers.js: the library tokenizes and runs the graph; padding, pooling and what
 * follows are done here, as the folder's files say.
 */
export class FolderEncoder {
  readonly #library: TransformersLibrary;
  readonly #folder: ModelFolder;
  readonly #tokenizer: CuttingTokenizer;
  readonly #model: LibraryModel;

  private constructor(
    library: TransformersLibrary,
    folder: ModelFolder,
    { tokenizer, model }: { tokenizer: CuttingTokenizer; model: LibraryModel },
  ) {
    this.#library = library;
    this.#folder = folder;
    this.#tokenizer = tokenizer;
    this.#model = model;
  }

  /**
   * Loads tokenizer and weights.
   *
   * @throws {ModelFileError} the library does not accept a file
   */
  static async open(library: TransformersLibrary, folder: ModelFolder, options: LoadOptions): Promise<FolderEncoder> {
    const refused = (file: string) => (cause: unknown) => {
      throw new ModelFileError({ file, problem: `transformers.js does not accept it (${messageOf(cause)})`, cause });
    };
    const { AutoTokenizer, AutoModel } = library;
    const tokenize = await AutoTokenizer.from_pretrained(folder.folder, { local_files_only: true }).catch(
      refused(folder.tokenizerFile),
    );
    const model = await AutoModel.from_pretrained(folder.folder, options).catch(refused(folder.weightsFile));
    return new FolderEncoder(library, folder, { tokenizer: new CuttingTokenizer(tokenize, folder), model });
  }

  /** One row for each text: `texts.length x dimensions`. */
  async encode(texts: readonly string[]): Promise<Float32Array> {
    const tokens = this.#tokenizer.encode(texts);
    const length = tokens.rows.reduce((longest, { length }) => Math.max(longest, length), 1);
    const outputs = await this.#model(this.#inputs(tokens, length));
    const output = outputs.last_hidden_state ?? outputs.token_embeddings ?? outputs.sentence_embedding;
    const rows = this.#pooled(output, tokens, length);
    const columns = rows.length / texts.length;
    for (const step of this.#folder.modules.steps) if (step.kind === 'normalize') normalizeRows(rows, columns);
    return rows;
  }

  async close(): Promise<void> {
    await this.#model.dispose();
  }

  #inputs({ rows, types }: TokenRows, length: number): Record<string, LibraryTensor> {
    const { paddingId, paddingSide } = this.#folder;
    const ids = new BigInt64Array(rows.length * length).fill(BigInt(paddingId));
    const mask = new BigInt64Array(rows.length * length);
    for (const [row, tokens] of rows.entries()) {
      const first = row * length + (paddingSide === 'left' ? length - tokens.length : 0);
      for (const [at, id] of tokens.entries()) ids[first + at] = BigInt(id);
      mask.fill(1n, first, first + tokens.length);
    }
    const tensor = (data: BigInt64Array) => new this.#library.Tensor('int64', data, [rows.length, length]);
    const inputs = { input_ids: tensor(ids), attention_mask: tensor(mask) };
    return types === 'none' ? inputs : { ...inputs, token_type_ids: tensor(new BigInt64Array(ids.length)) };
  }

  #pooled(output: LibraryTensor | undefined, { rows }: TokenRows, length: number): Float32Array {
    const { hiddenSize, modules, paddingSide, weightsFile } = this.#folder;
    const data = output?.data;
    if (!output || !(data instanceof Float32Array)) {
      throw new ModelFileError({ file: weightsFile, problem: 'its graph gives no float32 vectors' });
    }
    if (output.dims.length === 2) return data.slice();
    if (data.length !== rows.length * length * hiddenSize) {
      throw new ModelFileError({ file: weightsFile, problem: `its output has the shape ${output.dims.join(' x ')}` });
    }
    const lengths = Uint32Array.from(rows, (row) => row.length);
    const vectors = { data, rows: rows.length, tokens: length, columns: hiddenSize, lengths, paddingSide };
    return pool(vectors, modules.poolings);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
