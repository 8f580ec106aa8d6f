import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ModelFileError } from '../errors/model-file-error.js';
import { guardExit, unguardExit } from '../pool/exit-guard.js';
import { importOnnxRuntime } from '../worker/import-onnx-runtime.js';
import { type RunState, runState } from '../worker/run-state.js';

/** What the thread is told when it starts. */
export interface RangeStart {
  /** A probed graph. */
  readonly graph: string;
  readonly threads: number;
  readonly runState: RunState;
}

/** What is asked of it: one thing at a time. */
export type RangeRequest =
  | { readonly kind: 'run'; readonly ids: Int32Array }
  | { readonly kind: 'ranges' }
  | { readonly kind: 'close' };

export type RangeReply =
  | { readonly kind: 'done' | 'closed' }
  | { readonly kind: 'ranges'; readonly ranges: readonly Float32Array[] }
  | { readonly kind: 'failed'; readonly message: string };

/** A thread that runs a probed graph. Once it has ended by itself, whatever is asked of it rejects. */
export interface RangeWorker {
  /** @throws {ModelFileError} the graph cannot be run, or the thread ended; `cause` is what ended it, where it is known */
  run(ids: Int32Array): Promise<void>;
  /** The largest sizes over all runs. */
  ranges(): Promise<readonly Float32Array[]>;
  /** Never rejects, also where the thread has ended. */
  close(): Promise<void>;
}

/**
 * Opens a probed graph in a thread: loading and running block the thread that they are done in.
 *
 * @param entry the module that the thread runs
 * @throws {MissingPeerError} ONNX Runtime cannot be loaded
 */
export async function openRangeWorker(
  graph: string,
  entry: string = rangeWorkerEntry(import.meta.url),
): Promise<RangeWorker> {
  await importOnnxRuntime();
  const ask = startThread(graph, entry);
  return {
    async run(ids) {
      await ask({ kind: 'run', ids });
    },
    async ranges() {
      const reply = await ask({ kind: 'ranges' });
      return reply.kind === 'ranges' ? reply.ranges : [];
    },
    async close() {
      await ask({ kind: 'close' }).catch(() => undefined);
    },
  };
}

interface Waiting {
  readonly resolve: (reply: RangeReply) => void;
  readonly reject: (error: ModelFileError) => void;
}

/** Starts the thread; what comes back asks it. */
function startThread(graph: string, entry: string): (request: RangeRequest) => Promise<RangeReply> {
  const state = runState();
  const start: RangeStart = { graph, threads: Math.min(8, availableParallelism()), runState: state };
  const worker = new Worker(entry, { workerData: start, execArgv: [] });
  guardExit(state);
  const refuse = (problem: string, cause?: unknown): ModelFileError =>
    new ModelFileError({ file: graph, problem: `ranges cannot be measured: ${problem}`, cause });
  let waiting: Waiting | undefined;
  let failure: Error | undefined;
  let ended: ModelFileError | undefined;
  worker.on('message', (reply: RangeReply) => {
    const { resolve, reject } = waiting ?? {};
    waiting = undefined;
    if (reply.kind === 'failed') reject?.(refuse(reply.message));
    else resolve?.(reply);
  });
  worker.on('error', (error) => {
    failure = error;
  });
  worker.on('exit', (code) => {
    unguardExit(state);
    ended = refuse(`the thread ended (${failure?.message ?? `code ${code}`})`, failure);
    waiting?.reject(ended);
    waiting = undefined;
  });
  return async (request) => {
    if (ended) throw ended;
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker.postMessage(request);
    });
  };
}

/** Run from source, the build beside it is used: threads load JavaScript only. */
function rangeWorkerEntry(moduleUrl: string): string {
  const folder = moduleUrl.endsWith('.ts') ? '../../dist/graph' : '.';
  return fileURLToPath(new URL(`${folder}/range-worker.js`, moduleUrl));
}
