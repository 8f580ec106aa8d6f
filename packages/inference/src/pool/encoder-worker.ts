import { Worker } from 'node:worker_threads';
import type { SluiceError } from '@sluice/core';
import { ClosedError } from '../errors/closed-error.js';
import { InferenceError } from '../errors/inference-error.js';
import { ModelFileError } from '../errors/model-file-error.js';
import type { HeadSpec } from '../folder/head-spec.js';
import type { TransformerFolder } from '../folder/model-folder.js';
import { tokenBuffers } from '../tokenizer/token-sequences.js';
import { missingOnnxRuntime } from '../worker/import-onnx-runtime.js';
import type { WorkerFailure, WorkerReply, WorkerRequest, WorkerStart } from '../worker/protocol.js';
import { runState } from '../worker/run-state.js';
import type { BatchRunner } from './batch-runner.js';
import { guardExit, unguardExit } from './exit-guard.js';
import { workerEntry } from './worker-entry.js';

/**
 * Opens a model in a worker thread.
 *
 * The thread keeps the process alive only while it is asked something.
 *
 * @throws {MissingPeerError} ONNX Runtime cannot be loaded
 * @throws {ModelFileError} a file of the model is broken
 */
export async function openEncoderWorker(
  folder: TransformerFolder,
  head: HeadSpec,
  threads: number,
): Promise<BatchRunner> {
  const worker = new EncoderWorker(folder, head, threads);
  const dimensions = await worker.opened();
  return {
    dimensions,
    async tokenize(texts) {
      return (await worker.ask({ kind: 'tokenize', texts }, 'tokens')).tokens;
    },
    async run(batch) {
      return (await worker.ask({ kind: 'run', batch }, 'encoded')).encoded;
    },
    async close() {
      await worker.ask({ kind: 'close' }, 'closed');
    },
  };
}

type Reply<Kind extends WorkerReply['kind']> = Extract<WorkerReply, { kind: Kind }>;

interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: unknown) => void;
}

class EncoderWorker {
  readonly #worker: Worker;
  readonly #model: string;
  #waiting: Waiting | undefined;
  #ended: SluiceError | undefined;

  constructor(folder: TransformerFolder, head: HeadSpec, threads: number) {
    const state = runState();
    const start: WorkerStart = { folder, head, threads, runState: state };
    this.#model = folder.weightsFile;
    this.#worker = new Worker(workerEntry(), { workerData: start, execArgv: [] });
    guardExit(state);
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    this.#worker.on('error', (cause) => this.#end(this.#crashed(cause.message, cause)));
    this.#worker.on('exit', () => {
      unguardExit(state);
      this.#end(this.#crashed('its worker thread ended'));
    });
  }

  async opened(): Promise<number> {
    const { dimensions } = await this.#next('opened');
    return dimensions;
  }

  async ask<Kind extends WorkerReply['kind']>(request: WorkerRequest, kind: Kind): Promise<Reply<Kind>> {
    if (this.#ended) throw this.#ended;
    const reply = this.#next(kind);
    const moved = request.kind === 'run' ? tokenBuffers(request.batch) : [];
    this.#worker.postMessage(request, moved);
    const answer = await reply;
    if (request.kind === 'close') this.#ended ??= new ClosedError({ owner: this.#model });
    return answer;
  }

  async #next<Kind extends WorkerReply['kind']>(kind: Kind): Promise<Reply<Kind>> {
    this.#worker.ref();
    const reply = await new Promise<WorkerReply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    if (isReply(reply, kind)) return reply;
    throw reply.kind === 'failed' ? this.#errorOf(reply.failure) : this.#crashed(`an answer of kind ${reply.kind}`);
  }

  #settle(reply: WorkerReply): void {
    this.#worker.unref();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(reply);
  }

  #end(error: SluiceError): void {
    this.#ended ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#ended);
  }

  #crashed(problem: string, cause?: unknown): InferenceError {
    return new InferenceError({ model: this.#model, problem, cause });
  }

  #errorOf(failure: WorkerFailure): SluiceError {
    switch (failure.kind) {
      case 'missing runtime':
        return missingOnnxRuntime(new Error(failure.message));
      case 'model file':
        return new ModelFileError({ file: failure.file, problem: failure.problem, cause: new Error(failure.message) });
      case 'run':
        return this.#crashed(failure.message);
    }
  }
}

function isReply<Kind extends WorkerReply['kind']>(reply: WorkerReply, kind: Kind): reply is Reply<Kind> {
  return reply.kind === kind;
}
