/** Something that is closed by each of those who opened it. */
export interface Shared<T> {
  readonly value: T;
  /** Gives the share back; the last one closes the thing. May be called twice. */
  release(): Promise<void>;
}

interface Entry<T> {
  readonly value: Promise<T>;
  shares: number;
}

/**
 * Keeps one of each thing however often it is opened, and closes it with its last user.
 *
 * A thing that failed to open is forgotten, so the next attempt begins anew.
 */
export class ModelRegistry<T extends { close(): Promise<void> }> {
  readonly #entries = new Map<string, Entry<T>>();

  /** Keys of what is open. */
  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The thing named `key`, opened by `open` unless it is there. */
  async open(key: string, open: () => Promise<T>): Promise<Shared<T>> {
    const entry = this.#entries.get(key) ?? { value: open(), shares: 0 };
    this.#entries.set(key, entry);
    entry.shares += 1;
    try {
      return this.#share(key, entry, await entry.value);
    } catch (error) {
      this.#forget(key, entry);
      throw error;
    }
  }

  #share(key: string, entry: Entry<T>, value: T): Shared<T> {
    let released: Promise<void> | undefined;
    return {
      value,
      release: () => {
        released ??= this.#release(key, entry, value);
        return released;
      },
    };
  }

  async #release(key: string, entry: Entry<T>, value: T): Promise<void> {
    entry.shares -= 1;
    if (entry.shares > 0) return;
    this.#forget(key, entry);
    await value.close();
  }

  #forget(key: string, entry: Entry<T>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
