/**
 * Token ids of several texts in one array, so that they travel between threads without copying.
 *
 * Text `i` has the ids from `offsets[i]` up to `offsets[i + 1]`.
 */
export interface TokenSequences {
  readonly ids: Int32Array<ArrayBuffer>;
  /** One more than there are texts; begins with 0, never decreases. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** What is special about each token, bits of {@link TokenMark}. Left out where no token is marked. */
  readonly marks?: Uint8Array<ArrayBuffer>;
  /** The text that each sequence is part of, rising. Left out where every text is one sequence. */
  readonly owners?: Uint32Array<ArrayBuffer>;
}

/** Bits that say what is special about a token. */
export const TokenMark = {
  /** It belongs to the second text of a pair. */
  second: 1,
  /** No other token attends to it, as if it were padding; it attends to others, and has a vector. */
  unattended: 2,
  /** It is read, but has no part in the result. */
  unscored: 4,
  /** Its vector may be merged with similar ones of its text. */
  mergeable: 8,
} as const;

/** The texts at `positions`, in that order, copied; without owners. */
export function gatherTokens(tokens: TokenSequences, positions: readonly number[]): TokenSequences {
  const offsets = new Uint32Array(positions.length + 1);
  positions.forEach((text, at) => {
    const length = (tokens.offsets[text + 1] ?? 0) - (tokens.offsets[text] ?? 0);
    offsets[at + 1] = (offsets[at] ?? 0) + length;
  });
  const ids = new Int32Array(offsets.at(-1) ?? 0);
  const marks = tokens.marks && new Uint8Array(ids.length);
  positions.forEach((text, at) => {
    const [start, end] = [tokens.offsets[text], tokens.offsets[text + 1]];
    ids.set(tokens.ids.subarray(start, end), offsets[at]);
    if (tokens.marks) marks?.set(tokens.marks.subarray(start, end), offsets[at]);
  });
  return marks ? { ids, offsets, marks } : { ids, offsets };
}

/** The memory behind the sequences, for moving it to another thread. */
export function tokenBuffers({ ids, offsets, marks, owners }: TokenSequences): ArrayBuffer[] {
  return [ids, offsets, marks, owners].flatMap((column) => (column ? [column.buffer] : []));
}

/** Collects token ids text by text. */
export class TokenCollector {
  #ids: Int32Array<ArrayBuffer>;
  // Made with the first mark; as long as #ids.
  #marks: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;
  readonly #offsets: Uint32Array<ArrayBuffer>;
  #texts = 0;

  constructor(texts: number) {
    this.#ids = new Int32Array(Math.max(64, texts * 32));
    this.#offsets = new Uint32Array(texts + 1);
  }

  /** Ids of the text under way. */
  get currentLength(): number {
    return this.#length - (this.#offsets[this.#texts] ?? 0);
  }

  /** Ids of the text under way: a view, good until the next id. */
  get current(): Int32Array {
    return this.#ids.subarray(this.#offsets[this.#texts] ?? 0, this.#length);
  }

  /** @param mark bits of {@link TokenMark} */
  push(id: number, mark = 0): void {
    if (this.#length === this.#ids.length) this.#grow();
    if (mark !== 0) this.#marks ??= new Uint8Array(this.#ids.length);
    if (this.#marks) this.#marks[this.#length] = mark;
    this.#ids[this.#length++] = id;
  }

  /** Drops ids of the text under way, down to `length`. */
  cut(length: number): void {
    this.#length = (this.#offsets[this.#texts] ?? 0) + length;
  }

  /** Ends the text under way. */
  endText(): void {
    this.#texts += 1;
    this.#offsets[this.#texts] = this.#length;
  }

  /**
   * Marks the first tokens of the text that was ended last, instead of what they were marked as.
   *
   * @param tokens how many; a shorter text is marked as a whole
   * @param mark bits of {@link TokenMark}
   */
  markBeginning(tokens: number, mark: number): void {
    const start = this.#offsets[this.#texts - 1] ?? 0;
    this.#marks ??= new Uint8Array(this.#ids.length);
    this.#marks.fill(mark, start, Math.min(start + tokens, this.#length));
  }

  /** What was collected. The collector must not be used after it. */
  finish(): TokenSequences {
    const tokens = { ids: this.#ids.slice(0, this.#length), offsets: this.#offsets };
    return this.#marks ? { ...tokens, marks: this.#marks.slice(0, this.#length) } : tokens;
  }

  #grow(): void {
    const larger = new Int32Array(this.#ids.length * 2);
    larger.set(this.#ids);
    this.#ids = larger;
    if (!this.#marks) return;
    const marks = new Uint8Array(larger.length);
    marks.set(this.#marks);
    this.#marks = marks;
  }
}
