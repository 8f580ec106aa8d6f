/** What one stage did in one call. Holds no query and no document text. */
export interface TraceStep {
  /** As {@link Stage.name | the stage calls itself}: `bm25`, `fuse`. */
  readonly stage: string;
  /** Milliseconds from the start of the trace. */
  readonly startMs: number;
  readonly durationMs: number;
  /** Candidates that came in, for each query; absent at a source. */
  readonly input?: readonly number[];
  /** Candidates that went out, for each query. */
  readonly output: readonly number[];
}

/**
 * Collects the steps of one call, in the order in which they ended.
 *
 * @param clock milliseconds, monotonic; replaced in tests
 */
export class Trace {
  readonly steps: TraceStep[] = [];
  readonly #clock: () => number;
  readonly #start: number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#start = clock();
  }

  /** Runs `work` as a step and records its time, even when it fails. */
  async record<Output extends readonly { readonly length: number }[]>(
    stage: string,
    input: readonly { readonly length: number }[] | undefined,
    work: () => Promise<Output>,
  ): Promise<Output> {
    const startedAt = this.#clock();
    let output: readonly number[] = [];
    try {
      const result = await work();
      output = result.map(({ length }) => length);
      return result;
    } finally {
      const step = { stage, startMs: startedAt - this.#start, durationMs: this.#clock() - startedAt, output };
      this.steps.push(input ? { ...step, input: input.map(({ length }) => length) } : step);
    }
  }
}
