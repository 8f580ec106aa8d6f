import { type ChildProcess, fork } from 'node:child_process';
import { MissingPeerError } from '@sluice/core';
import { ClosedError, InferenceError, ModelFileError, type ModelFolder } from '@sluice/inference';
import type { FolderRunner } from '../folder-model.js';
import { childEntry } from './child-entry.js';
import type { ChildReply, ChildRequest } from './protocol.js';

/**
 * A model that `@xenova/transformers` runs in a process of its own.
 *
 * It keeps this process alive only while it is asked something, and ends with it. One that crashed is replaced at the
 * next call.
 */
export class ChildEncoder implements FolderRunner {
  readonly #folder: ModelFolder;
  readonly #threads: number | undefined;
  #child: Child | undefined;
  #closed = false;
  /** The child is asked one thing at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: ModelFolder, threads: number | undefined) {
    this.#folder = folder;
    this.#threads = threads;
  }

  /**
   * @throws {MissingPeerError} the library cannot be imported
   * @throws {ModelFileError} it does not accept a file of the model
   * @throws {InferenceError} the process cannot be started
   */
  static async open(folder: ModelFolder, threads: number | undefined): Promise<ChildEncoder> {
    const encoder = new ChildEncoder(folder, threads);
    await encoder.#running();
    return encoder;
  }

  encode(texts: readonly string[]): Promise<Float32Array> {
    const turn = this.#last.then(() => this.#encode(texts));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
    await this.#child?.end();
  }

  async #encode(texts: readonly string[]): Promise<Float32Array> {
    const child = await this.#running();
    const reply = await child.ask({ kind: 'encode', texts });
    if (reply.kind === 'encoded') return reply.rows;
    throw this.#failed(reply.kind === 'failed' ? reply.message : `an answer of kind ${reply.kind}`);
  }

  async #running(): Promise<Child> {
    if (this.#closed) throw new ClosedError({ owner: 'xenovaEmbedder' });
    if (this.#child && !this.#child.ended) return this.#child;
    const child = this.#start();
    this.#child = child;
    try {
      const reply = await child.ask({ kind: 'open', folder: this.#folder, threads: this.#threads });
      if (reply.kind === 'opened') return child;
      const message = reply.kind === 'failed' ? reply.message : `an answer of kind ${reply.kind}`;
      throw child.imported ? this.#refused(message) : missing(new Error(message));
    } catch (error) {
      await child.end();
      // Without a build of sharp that fits, importing the library ends the process.
      throw child.imported || !child.started || error instanceof MissingPeerError ? error : missing(error);
    }
  }

  /** @throws {InferenceError} the system refuses another process, or too little memory is left for one */
  #start(): Child {
    try {
      return new Child((problem, cause) => this.#failed(problem, cause));
    } catch (error) {
      throw this.#failed(notStarted(error), error);
    }
  }

  #failed(problem: string, cause?: unknown): InferenceError {
    return new InferenceError({ model: this.#folder.weightsFile, problem, cause });
  }

  #refused(message: string): ModelFileError {
    return new ModelFileError({
      file: this.#folder.weightsFile,
      problem: message,
      advice: 'Its ONNX Runtime is 1.14: export the model for IR version 8 at most, or use transformersJsEmbedder.',
    });
  }
}

interface Waiting {
  readonly resolve: (reply: ChildReply) => void;
  readonly reject: (error: unknown) => void;
}

/** One process, from its start to its end. */
class Child {
  readonly #process: ChildProcess;
  readonly #crash: (problem: string, cause?: unknown) => Error;
  readonly #exited: Promise<void>;
  #waiting: Waiting | undefined;
  imported = false;
  ended = false;

  constructor(crash: (problem: string, cause?: unknown) => Error) {
    this.#crash = crash;
    // What the library prints is no answer of this package's.
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;
    this.#process = fork(childEntry(), [], { execArgv: [], serialization: 'advanced', stdio: [...stdio] });
    this.#process.on('message', (reply: ChildReply) => {
      if (reply.kind === 'imported') this.imported = true;
      else this.#settle((waiting) => waiting.resolve(reply));
    });
    this.#exited = new Promise((resolve) => {
      const over = (problem: string, cause?: unknown): void => {
        this.ended = true;
        this.#refuse(problem, cause);
        resolve();
      };
      this.#process.on('exit', (code, signal) => over(`its process ended (${signal ?? code})`));
      this.#process.on('error', (error) => {
        // A process that never was has no `exit`.
        if (this.started) this.#refuse(error.message, error);
        else over(notStarted(error), error);
      });
    });
    this.#idle();
  }

  get started(): boolean {
    return this.#process.pid !== undefined;
  }

  ask(request: ChildRequest): Promise<ChildReply> {
    this.#process.ref();
    this.#process.channel?.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      // One that did not start tells why in its `error`, which is yet to come.
      if (!this.started) return;
      this.#process.send(request, (error) => {
        if (error) this.#refuse('its process takes no questions', error);
      });
    });
  }

  async end(): Promise<void> {
    if (this.ended) return;
    this.#process.ref();
    if (this.#process.connected) this.#process.disconnect();
    await this.#exited;
  }

  #refuse(problem: string, cause: unknown): void {
    this.#settle((waiting) => waiting.reject(this.#crash(problem, cause)));
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#idle();
    if (waiting) how(waiting);
  }

  #idle(): void {
    this.#process.unref();
    this.#process.channel?.unref();
  }
}

function notStarted(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return `its process cannot be started (${code ?? error})`;
}

function missing(cause: unknown): MissingPeerError {
  return new MissingPeerError({
    peer: '@xenova/transformers',
    purpose: 'An embedder over line 2 of transformers.js',
    alternative:
      'with `"overrides": { "@xenova/transformers": { "sharp": "^0.34.5" } }` in package.json if it is there and does not load',
    cause,
  });
}
