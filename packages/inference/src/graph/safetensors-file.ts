import { type FileHandle, open } from 'node:fs/promises';
import { ModelFileError } from '../errors/model-file-error.js';
import { parseSafetensorsHeader, safetensorsDataStart, type TensorPlace, tensorToFloat32 } from '../safetensors.js';

/** Numbers read at once: the event loop turns between blocks. */
const BLOCK = 2 ** 16;

/** A safetensors file that is open: its tensors are read when they are asked for. */
export class SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, tensors: ReadonlyMap<string, TensorPlace>) {
    this.path = path;
    this.#handle = handle;
    this.tensors = tensors;
  }

  /**
   * Reads the header and checks it against the length of the file.
   *
   * @throws {ModelFileError} the file is missing or unsound
   */
  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await open(path).catch((cause: unknown) => {
      throw new ModelFileError({ file: path, problem: 'the file cannot be opened', cause });
    });
    try {
      const { size } = await handle.stat();
      const start = safetensorsDataStart(await readAt(handle, path, 0, Math.min(8, size)), size, path);
      const header = await readAt(handle, path, 8, start - 8);
      return new SafetensorsFile(path, handle, parseSafetensorsHeader(header, size, path));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Rows of a tensor as float32, row-major: the first axis counts rows.
   *
   * @throws {ModelFileError} the tensor holds no real numbers, or one that is not finite
   */
  async rows(place: TensorPlace, first: number, count: number): Promise<Float32Array> {
    const values = new Float32Array(count * columnsOf(place));
    let filled = 0;
    for await (const block of this.blocks(place, first, count)) {
      values.set(block, filled);
      filled += block.length;
    }
    return values;
  }

  /**
   * The same rows, 65,536 numbers at a time, or a single row where that is longer.
   *
   * @throws {ModelFileError} the tensor holds no real numbers, or one that is not finite
   */
  async *blocks(place: TensorPlace, first: number, count: number): AsyncGenerator<Float32Array> {
    const { type, shape, begin, end } = place;
    const rowBytes = (end - begin) / Math.max(1, shape[0] ?? 1);
    const step = Math.max(1, Math.floor(BLOCK / Math.max(1, columnsOf(place))));
    for (let row = first; row < first + count; row += step) {
      const rows = Math.min(step, first + count - row);
      const bytes = await readAt(this.#handle, this.path, begin + row * rowBytes, rows * rowBytes);
      yield tensorToFloat32({ type, shape: [rows, ...shape.slice(1)], bytes }, this.path);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function columnsOf({ shape }: TensorPlace): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}

async function readAt(handle: FileHandle, file: string, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new ModelFileError({ file, problem: 'it ended while it was read' });
    done += bytesRead;
  }
  return bytes;
}
