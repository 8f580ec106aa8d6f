import { MemoryLimitError } from '@sluice/kernels';
import { OrdinalRows } from '../ordinal-rows.js';

const FIRST_CAPACITY = 64;
/** Room that is made beyond what is needed: an eighth, because it counts as memory. */
const GROWTH = 1.125;

/**
 * The ordinals of an index's rows: `ordinals[row]` is uint32, outside kernel memory; `rowOf` is its inverse.
 *
 * What the rows are made of is a subclass's: it moves its own beside {@link reserve} and {@link compact}.
 */
export abstract class RowOrdinals {
  /** Changes with every addition and removal. */
  version = 0;
  /** Ordinals that were ever given up by {@link abandon}, but for those that were reclaimed. */
  abandoned = 0;
  /** Above every ordinal that was ever set. */
  ordinalBound = 0;
  #ordinals = new Uint32Array(0);
  readonly #rowOf = new OrdinalRows();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#ordinals.byteLength + this.#rowOf.bytes;
  }

  /** -1 for an ordinal that is not there. */
  rowOf(ordinal: number): number {
    return this.#rowOf.rowOf(ordinal);
  }

  /** The ordinals of rows `start` to `end - 1`: a view, stale after an addition. */
  ordinals(start = 0, end: number = this.#size): Uint32Array {
    return this.#ordinals.subarray(start, end);
  }

  /**
   * Makes room for `rows` rows in all.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  reserve(rows: number): void {
    if (rows <= this.#ordinals.length) return;
    this.resizeRows(rows);
    const ordinals = new Uint32Array(rows);
    ordinals.set(this.ordinals());
    this.#ordinals = ordinals;
  }

  /**
   * Makes room for `rows` rows in all and for some more, unless only these fit.
   *
   * @throws {MemoryLimitError} they do not fit; nothing has changed
   */
  makeRoom(rows: number): void {
    if (rows <= this.#ordinals.length) return;
    try {
      this.reserve(Math.max(rows, FIRST_CAPACITY, Math.ceil(this.#size * GROWTH)));
    } catch (error) {
      if (!(error instanceof MemoryLimitError)) throw error;
      this.reserve(rows);
    }
  }

  /** Forgets an ordinal and leaves its row where it is; that row, or -1. For indexes that cannot move rows. */
  abandon(ordinal: number): number {
    const row = this.rowOf(ordinal);
    if (row === -1) return -1;
    this.version++;
    this.abandoned++;
    this.#rowOf.delete(ordinal);
    return row;
  }

  /** Gives a row that was abandoned its ordinal back. */
  reclaim(row: number): void {
    this.version++;
    this.abandoned--;
    this.#rowOf.set(this.#ordinals[row] ?? 0, row);
  }

  /** Moves the rows of a list (ascending) to the front, and drops the others, which were abandoned. */
  compact(kept: Uint32Array): void {
    this.version++;
    for (const [row, from] of kept.entries()) {
      this.moveRow(row, from);
      const ordinal = this.#ordinals[from] ?? 0;
      this.#ordinals[row] = ordinal;
      this.#rowOf.set(ordinal, row);
    }
    this.#size = kept.length;
  }

  /** Room for `rows` rows in all, more than before. */
  protected abstract resizeRows(rows: number): void;

  /** Row `row` becomes what row `from` is, which is not before it. */
  protected abstract moveRow(row: number, from: number): void;

  /** The row of an ordinal, a new one at the end where it has none. There is room. */
  protected rowFor(ordinal: number): number {
    const row = this.rowOf(ordinal);
    if (row !== -1) return row;
    this.#rowOf.set(ordinal, this.#size);
    this.#ordinals[this.#size] = ordinal;
    this.ordinalBound = Math.max(this.ordinalBound, ordinal + 1);
    return this.#size++;
  }

  /** Gives row `row` to the ordinal of the last row, which goes. */
  protected replaceByLast(row: number): void {
    const last = this.#size - 1;
    const [gone = 0, moved = 0] = [this.#ordinals[row], this.#ordinals[last]];
    this.#ordinals[row] = moved;
    this.#rowOf.set(moved, row);
    this.#rowOf.delete(gone);
    this.#size = last;
  }

  /** Takes over saved ordinals, into an empty one. Where one is there twice, it is of the later row. */
  protected restoreOrdinals(ordinals: Uint32Array): void {
    this.reserve(ordinals.length);
    this.#size = ordinals.length;
    this.ordinals().set(ordinals);
    for (const [row, ordinal] of ordinals.entries()) this.#rowOf.set(ordinal, row);
    this.ordinalBound = ordinals.reduce((bound, ordinal) => Math.max(bound, ordinal + 1), 0);
  }
}
