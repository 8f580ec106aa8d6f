import type { SluiceError } from '@sluice/core';
import { ClosedError } from '../errors/closed-error.js';
import { InferenceError } from '../errors/inference-error.js';
import { ModelFileError } from '../errors/model-file-error.js';
import { WorkerLostError } from '../errors/worker-lost-error.js';
import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { missingOnnxRuntime } from '../worker/import-onnx-runtime.js';
import type { WorkerFailure, WorkerReply, WorkerRequest } from '../worker/protocol.js';
import type { BatchRunner } from './batch-runner.js';
import { processesOf } from './process-link.js';
import { threadsOf } from './thread-link.js';
import type { Isolation, StartWorker, WorkerLink } from './worker-link.js';

/** A model in a worker. */
export interface EncoderWorker extends BatchRunner {
  /** The worker's process, if it has one of its own. */
  readonly processId: number | undefined;
}

/** What a worker is opened with. */
export interface WorkerSettings {
  readonly folder: TransformerFolder;
  readonly head: HeadSpec;
  /** Threads that a single run may use. */
  readonly threads: number;
  readonly isolation: Isolation;
}

/**
 * Opens a model in a worker.
 *
 * The worker keeps the process alive only while it is asked something.
 *
 * @throws {MissingPeerError} ONNX Runtime cannot be loaded
 * @throws {ModelFileError} a file of the model is broken
 * @throws {WorkerLostError} the worker ended by itself
 */
export async function openEncoderWorker(
  settings: WorkerSettings,
  startWorker: StartWorker = settings.isolation === 'process' ? processesOf() : threadsOf(),
): Promise<EncoderWorker> {
  const conversation = new Conversation(settings, startWorker);
  const { dimensions } = await conversation.opened();
  return {
    dimensions,
    processId: conversation.processId,
    get lost() {
      return conversation.lost;
    },
    async tokenize(texts) {
      return (await conversation.ask({ kind: 'tokenize', texts }, 'tokens')).tokens;
    },
    async run(batch) {
      return (await conversation.ask({ kind: 'run', batch }, 'encoded')).encoded;
    },
    close: () => conversation.close(),
  };
}

type Reply<Kind extends WorkerReply['kind']> = Extract<WorkerReply, { kind: Kind }>;

interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests to one worker and its answers: one at a time. */
class Conversation {
  readonly #link: WorkerLink;
  readonly #model: string;
  readonly #isolation: Isolation;
  #waiting: Waiting | undefined;
  #ended: SluiceError | undefined;
  #onEnd: (() => void) | undefined;
  readonly #end: Promise<void> = new Promise((resolve) => {
    this.#onEnd = resolve;
  });

  constructor({ folder, head, threads, isolation }: WorkerSettings, startWorker: StartWorker) {
    this.#model = folder.weightsFile;
    this.#isolation = isolation;
    const events = {
      onReply: (reply: WorkerReply) => this.#settle(reply),
      onEnd: (problem: string, cause: unknown) => this.#lose(problem, cause),
    };
    this.#link = startWorker({ folder, head, threads }, events);
  }

  get processId(): number | undefined {
    return this.#link.processId;
  }

  get lost(): boolean {
    return this.#ended instanceof WorkerLostError;
  }

  opened(): Promise<Reply<'opened'>> {
    return this.#next('opened');
  }

  async ask<Kind extends WorkerReply['kind']>(request: WorkerRequest, kind: Kind): Promise<Reply<Kind>> {
    if (this.#ended) throw this.#ended;
    const reply = this.#next(kind);
    this.#link.post(request);
    return reply;
  }

  /** Frees the model, and waits for the worker's end: then its memory is free too. */
  async close(): Promise<void> {
    if (this.#ended) return;
    await this.ask({ kind: 'close' }, 'closed');
    this.#link.keepAlive('while asked');
    await this.#end;
  }

  async #next<Kind extends WorkerReply['kind']>(kind: Kind): Promise<Reply<Kind>> {
    this.#link.keepAlive('while asked');
    const reply = await new Promise<WorkerReply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    if (isReply(reply, kind)) return reply;
    throw reply.kind === 'failed' ? this.#errorOf(reply.failure) : this.#failed(`an answer of kind ${reply.kind}`);
  }

  #settle(reply: WorkerReply): void {
    this.#link.keepAlive('not');
    // At once: the worker's end may be the next event.
    if (reply.kind === 'closed') this.#ended ??= new ClosedError({ owner: this.#model });
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(reply);
  }

  #lose(problem: string, cause: unknown): void {
    this.#ended ??= new WorkerLostError({ model: this.#model, isolation: this.#isolation, problem, cause });
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#ended);
    this.#onEnd?.();
  }

  #failed(problem: string): InferenceError {
    return new InferenceError({ model: this.#model, problem });
  }

  #errorOf(failure: WorkerFailure): SluiceError {
    switch (failure.kind) {
      case 'missing runtime':
        return missingOnnxRuntime(new Error(failure.message));
      case 'model file': {
        const { file, problem, advice, message } = failure;
        return new ModelFileError({ file, problem, advice, cause: new Error(message) });
      }
      case 'run':
        return this.#failed(failure.message);
    }
  }
}

function isReply<Kind extends WorkerReply['kind']>(reply: WorkerReply, kind: Kind): reply is Reply<Kind> {
  return reply.kind === kind;
}
