const BLOCK_BITS = 16;
const BLOCK_LENGTH = 1 << BLOCK_BITS;

type NumberBlock = Uint32Array | Float64Array;

/**
 * A column of numbers that grows by blocks of 65,536, so that appending never copies what is there.
 *
 * Doubling one array would copy tens of megabytes at once and hold the event loop for longer than it may.
 */
export class BlockColumn<Block extends NumberBlock> {
  readonly #blocks: Block[] = [];
  readonly #newBlock: (length: number) => Block;
  #length = 0;

  constructor(newBlock: (length: number) => Block) {
    this.#newBlock = newBlock;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const within = this.#length & (BLOCK_LENGTH - 1);
    if (within === 0) this.#blocks.push(this.#newBlock(BLOCK_LENGTH));
    const block = this.#blocks[this.#length >>> BLOCK_BITS];
    if (block) block[within] = value;
    this.#length++;
  }

  /** The value at `position`, which must be below `length`. */
  at(position: number): number {
    return this.#blocks[position >>> BLOCK_BITS]?.[position & (BLOCK_LENGTH - 1)] ?? 0;
  }
}
