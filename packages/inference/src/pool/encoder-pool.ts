import type { CallOptions } from '@sluice/core';
import { ClosedError } from '../errors/closed-error.js';
import { QueueFullError } from '../errors/queue-full-error.js';
import type { AnswerKind } from './answer.js';
import type { BatchRunner } from './batch-runner.js';
import { EncodeCall, type TextSource } from './encode-call.js';
import { EncodeQueue } from './encode-queue.js';
import type { Work } from './lane.js';
import type { Batch, BatchLimits } from './window.js';

/** How a pool works. */
export interface PoolLimits extends BatchLimits {
  /** Calls that may wait or run at once; more are refused. */
  readonly maxQueuedCalls: number;
}

/**
 * Runners of one model and the calls that wait for them.
 *
 * A runner does one thing at a time, so a cancelled call costs at most the batch that is under way.
 */
export class EncoderPool {
  readonly #runners: readonly BatchRunner[];
  readonly #idle: BatchRunner[];
  readonly #queue: EncodeQueue;
  readonly #limits: PoolLimits;
  readonly #calls = new Set<EncodeCall>();
  readonly #owner: string;
  #underWay = new Set<Promise<void>>();
  #pumping = false;
  #closed: Promise<void> | undefined;
  #runs = 0;

  /** @param owner what callers know the pool as, for errors */
  constructor(owner: string, runners: readonly BatchRunner[], limits: PoolLimits) {
    this.#owner = owner;
    this.#runners = runners;
    this.#idle = [...runners];
    this.#limits = limits;
    this.#queue = new EncodeQueue(limits);
  }

  /** Columns of the model's vectors. */
  get dimensions(): number {
    return this.#runners[0]?.dimensions ?? 0;
  }

  /** Batches that were run since the pool was made. */
  get runs(): number {
    return this.#runs;
  }

  /**
   * What the model makes of the texts, in their order, as an answer of that kind.
   *
   * @throws {ClosedError} the pool is closed, or closes before the answer is there
   * @throws {QueueFullError} too many calls wait already
   * @throws {InferenceError} the model could not be run
   * @throws the signal's `reason`, once it has fired
   */
  async encode<Answer>(texts: TextSource, kind: AnswerKind<Answer>, options: CallOptions = {}): Promise<Answer> {
    options.signal?.throwIfAborted();
    if (this.#closed) throw new ClosedError({ owner: this.#owner });
    if (texts.length === 0) return kind.begin(0).finish();
    const { maxQueuedCalls } = this.#limits;
    if (this.#calls.size >= maxQueuedCalls) throw new QueueFullError({ maxCalls: maxQueuedCalls });
    const call = new EncodeCall(texts, kind, options, () => this.#calls.delete(call));
    this.#calls.add(call);
    this.#queue.add(call);
    this.#pumpSoon();
    return call.answer;
  }

  /** Refuses further calls, ends those that wait, and frees the model after the batch under way. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const call of [...this.#calls]) call.fail(new ClosedError({ owner: this.#owner }));
    await Promise.allSettled(this.#underWay);
    await Promise.all(this.#runners.map((runner) => runner.close()));
  }

  /** Later in this turn of the event loop, so that calls made together share a batch. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#idle.length > 0) {
      const work = this.#queue.next();
      const runner = work && this.#idle.pop();
      if (!runner) return;
      const doing = this.#do(work, runner).finally(() => {
        this.#underWay.delete(doing);
        this.#idle.push(runner);
        this.#pump();
      });
      this.#underWay.add(doing);
    }
  }

  async #do(work: Work, runner: BatchRunner): Promise<void> {
    if (work.kind === 'run') return this.#run(work.batch, runner);
    try {
      work.lane.setWindow(work.members, await runner.tokenize(work.texts));
    } catch (error) {
      work.lane.setWindow(work.members, undefined);
      for (const call of work.members.calls) call.fail(error);
    }
  }

  async #run({ tokens, texts }: Batch, runner: BatchRunner): Promise<void> {
    this.#runs += 1;
    try {
      const encoded = await runner.run(tokens);
      texts.calls.forEach((call, at) => {
        if (!call.ended) call.take(texts.indices[at] ?? 0, encoded, at);
      });
      for (const call of new Set(texts.calls)) call.report();
    } catch (error) {
      for (const call of texts.calls) call.fail(error);
    }
  }
}
