/** One promise of a contract: the sentence, and the test that holds it. */
export interface Check {
  /** A sentence that is true of every right implementation: `refuses a zero row under cosine`. Unique in its kit. */
  readonly name: string;
  /** Returns or resolves where the promise is kept; throws or rejects where it is broken. May run at any time. */
  readonly check: () => void | Promise<void>;
}

/** A promise that an implementation does not keep, and why that is right for it. */
export interface Skip {
  /** Name of the check, exactly. */
  readonly test: string;
  /** The reason; printed with the skipped test. */
  readonly because: string;
}

/** What every kit takes. */
export interface KitOptions {
  /** Checks that cannot hold here. One that names no check fails the kit. */
  readonly skip?: readonly Skip[];
  /**
   * Random cases for each property.
   * @default 50
   */
  readonly runs?: number;
  /**
   * Replays the random cases of a failure, which prints it.
   * @default a new one each time
   */
  readonly seed?: number;
}
