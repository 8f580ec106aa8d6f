/**
 * A flat folder of files that are written once, from start to end, and read at any place.
 *
 * The seam between the store and the disk: tests replace it by memory, or by a disk that fails. Every method may reject
 * with a {@link FileSystemError}: the disk's own refusal, kept as `cause`.
 *
 * Names are 1 to 128 of `a-z 0-9 . _ -`, the first a letter or digit, so that they mean the same on every file system.
 * Any other name is `InvalidFileNameError`, from every method. Names that begin with a dot belong to the implementation
 * and are never listed. There are no folders inside a directory; one that someone else put there is not listed.
 *
 * What survives a crash of the machine: the bytes of a file up to its last `FileWriter.sync`, under the names that the
 * folder had at the last `Directory.sync`. Anything newer may survive, in whole, in part or not at all. What survives
 * the death of the process alone: everything written.
 */
export interface Directory {
  /** For messages: a path, or a word such as `memory`. */
  readonly name: string;

  /** Names of all files, in ascending order of their bytes. A folder that does not exist yet has none. */
  list(): Promise<string[]>;

  /**
   * A new, empty file, open for appending. It can be seen at once; the folder is created when it does not exist yet.
   *
   * @throws {FileExistsError} the name is taken, whoever holds it open
   */
  create(name: string): Promise<FileWriter>;

  /**
   * Opens a file for reading. The reader keeps the bytes that the file has now, also when the name is removed or
   * replaced; bytes appended after the opening are not seen.
   *
   * @throws {FileNotFoundError}
   */
  open(name: string): Promise<FileReader>;

  /**
   * Gives a file another name. A file of that name is replaced in one step: there is no moment without one.
   *
   * @throws {FileNotFoundError} there is no `from`
   */
  rename(from: string, to: string): Promise<void>;

  /**
   * Gives a file a second name, if that is free. Of two calls for one `to`, exactly one succeeds, whichever process
   * makes them: this is what decides between two writers.
   *
   * @throws {FileNotFoundError} there is no `from`
   * @throws {FileExistsError} `to` is taken
   * @throws {NoHardLinksError} the file system cannot do it
   */
  link(from: string, to: string): Promise<void>;

  /**
   * Removes a name. Readers that hold the file open keep their bytes.
   *
   * @throws {FileNotFoundError}
   */
  remove(name: string): Promise<void>;

  /** Makes the names durable: creations, renames, links and removals that ended before this call survive a crash. */
  sync(): Promise<void>;

  /**
   * Takes an advisory lock: it keeps out those who also ask for it, and nobody else. It ends with `release` or with
   * the process that holds it, however that dies; what a dead process left is cleared away here.
   *
   * @throws {DirectoryLockedError} someone alive holds it, this process included
   */
  lock(name: string): Promise<DirectoryLock>;
}

/** A file being written. Calls are made one after another, each when the one before has settled. */
export interface FileWriter {
  readonly name: string;
  /** Bytes accepted by `write` so far. */
  readonly size: number;

  /**
   * Appends all of `bytes`, which may be reused once the call has settled. Empty is allowed.
   *
   * @throws {DiskFullError} there is no room; how much was written is unknown, and the file is only good for removal
   */
  write(bytes: Uint8Array): Promise<void>;

  /** Makes the bytes written so far durable. The name needs `Directory.sync`. */
  sync(): Promise<void>;

  /** Ends writing, without making anything durable. A second call does nothing. */
  close(): Promise<void>;
}

/** A file open for reading. Calls may overlap. */
export interface FileReader {
  readonly name: string;
  /** Bytes in the file when it was opened. */
  readonly size: number;

  /**
   * Fills `target` with the bytes from `offset` on. A target of any length is allowed, beyond 2 GiB too.
   *
   * @throws {UnexpectedEndError} the file ends before `target` is full, or is now shorter than `size`
   */
  readInto(target: Uint8Array, offset: number): Promise<void>;

  /** Later reads are refused; a second call does nothing. */
  close(): Promise<void>;
}

/** A lock that is held. */
export interface DirectoryLock {
  /** Lets others take it. A second call does nothing. */
  release(): Promise<void>;
}
