/** Pieces of at least this many bytes are mapped character by character. */
const maxPieceBytes = 6;
/** Pieces that are remembered; then memory begins anew. */
const maxRemembered = 16_384;

/**
 * The map of characters that comes with sentencepiece models: what `nmt_nfkc` or a table of the author's own does to a
 * text before it is cut.
 *
 * A text is taken grapheme by grapheme. A short one is replaced as a whole by what the map has for its shortest
 * beginning (so marks behind a mapped pair of letter and mark are lost); else its characters are mapped one by one.
 *
 * Source: the `Precompiled` normalizer of Hugging Face's tokenizers; the trie is laid out as darts-clone has it.
 */
export class CharsMap {
  // A double array. Of each unit: bits 0-7 and 31 the label, bit 8 whether a value follows, from bit 10 the offset.
  readonly #units: Uint32Array;
  // UTF-8 texts, each ended by a zero byte.
  readonly #targets: Uint8Array;
  readonly #graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #remembered = new Map<string, string>();

  /**
   * @param compiled as `precompiled_charsmap` holds it, without its base64: length of the trie in bytes, trie, targets
   * @throws {RangeError} the lengths do not fit
   */
  constructor(compiled: Uint8Array) {
    const bytes = compiled.slice();
    const trieBytes = bytes.length >= 4 ? new DataView(bytes.buffer).getUint32(0, true) : 0;
    if (trieBytes === 0 || trieBytes % 4 !== 0 || trieBytes > bytes.length - 4) {
      throw new RangeError(`the map of characters has ${bytes.length} bytes, and its trie would have ${trieBytes}`);
    }
    this.#units = littleEndian(bytes, trieBytes / 4);
    this.#targets = bytes.subarray(4 + trieBytes);
  }

  /** The text as the map has it. Cost: about 20 MB of ASCII a second, 2 MB of other scripts. */
  normalize(text: string): string {
    let result = '';
    for (const { segment } of this.#graphemes.segment(text)) result += this.#mapped(segment);
    return result;
  }

  #mapped(grapheme: string): string {
    const known = this.#remembered.get(grapheme);
    if (known !== undefined) return known;
    if (this.#remembered.size >= maxRemembered) this.#remembered = new Map();
    const mapped = this.#map(grapheme);
    this.#remembered.set(grapheme, mapped);
    return mapped;
  }

  #map(grapheme: string): string {
    const bytes = this.#encoder.encode(grapheme);
    const whole = bytes.length < maxPieceBytes ? this.#find(bytes) : undefined;
    if (whole !== undefined) return whole;
    return Array.from(grapheme, (character) => this.#find(this.#encoder.encode(character)) ?? character).join('');
  }

  /** What the map has for the shortest beginning of `key` that is in it. */
  #find(key: Uint8Array): string | undefined {
    let at = offsetOf(this.#units[0] ?? 0);
    for (const byte of key) {
      at ^= byte;
      const unit = this.#units[at] ?? 0;
      if (byte === 0 || labelOf(unit) !== byte) return undefined;
      at ^= offsetOf(unit);
      if (hasValue(unit)) return this.#target(targetOf(this.#units[at] ?? 0));
    }
    return undefined;
  }

  #target(start: number): string {
    const end = this.#targets.indexOf(0, start);
    return this.#decoder.decode(this.#targets.subarray(start, end < 0 ? this.#targets.length : end));
  }
}

function littleEndian(bytes: Uint8Array<ArrayBuffer>, count: number): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + 4);
  return Uint32Array.from({ length: count }, (_, at) => view.getUint32(4 * at, true));
}

function labelOf(unit: number): number {
  return (unit & 0x8000_00ff) >>> 0;
}

function hasValue(unit: number): boolean {
  return (unit & 0x100) !== 0;
}

function targetOf(unit: number): number {
  return unit & 0x7fff_ffff;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
