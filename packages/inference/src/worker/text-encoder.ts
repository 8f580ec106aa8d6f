import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import type { TextColumns } from '../tokenizer/text-columns.js';
import type { TokenSequences } from '../tokenizer/token-sequences.js';
import { batchParts } from './batch-parts.js';
import { type EncodedTexts, joinEncoded } from './encoded-texts.js';
import { GraphSession } from './graph-session.js';
import type { Head } from './head.js';
import { openHead } from './open-head.js';
import { openTextReader, type TextReader } from './text-reader.js';

/** Numbers that a graph may give at once: 64 MiB of float32. A single text may need more. */
const maxOutputNumbers = 2 ** 24;

/** A model in the thread that runs it: what reads texts, the session, and what follows the session. */
export class TextEncoder {
  readonly #session: GraphSession;
  readonly #reader: TextReader;
  readonly #head: Head;

  private constructor(session: GraphSession, reader: TextReader, head: Head) {
    this.#session = session;
    this.#reader = reader;
    this.#head = head;
  }

  /**
   * Reads a model into memory.
   *
   * @param threads that one run may use
   * @throws {MissingPeerError} ONNX Runtime cannot be loaded
   * @throws {ModelFileError} a file of the model is broken
   */
  static async open(folder: TransformerFolder, spec: HeadSpec, threads: number): Promise<TextEncoder> {
    const reader = await openTextReader(spec, folder);
    const head = await openHead(spec, folder);
    return new TextEncoder(await GraphSession.open(folder, threads, head.outputs), reader, head);
  }

  /** Columns of the vectors. */
  get dimensions(): number {
    return this.#head.dimensions;
  }

  /** Token ids of each text, special tokens included, cut to what the model takes. */
  tokenize(texts: TextColumns): TokenSequences {
    return this.#reader.read(texts);
  }

  /** What the model makes of each text. A batch whose output would be too large is run in parts. */
  async run(batch: TokenSequences): Promise<EncodedTexts> {
    const { numbersAToken } = this.#head;
    const encoded: EncodedTexts[] = [];
    for (const part of batchParts(batch, { numbersAToken, maxNumbers: maxOutputNumbers })) {
      encoded.push(await this.#session.run(part, (output) => this.#head.apply(output)));
    }
    return joinEncoded(encoded);
  }

  /** Frees the session's memory. */
  async close(): Promise<void> {
    await this.#session.close();
  }
}
