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

/** A thread that runs a probed graph. */
export interface RangeWorker {
  run(ids: Int32Array): Promise<void>;
  /** The largest sizes over all runs. */
  ranges(): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

/**
 * Opens a probed graph in a thread: loading and running block the thread that they are done in.
 *
 * @throws {MissingPeerError} ONNX Runtime cannot be loaded
 */
export async function openRangeWorker(graph: string): Promise<RangeWorker> {
  await importOnnxRuntime();
  const state = runState();
  const start: RangeStart = { graph, threads: Math.min(8, availableParallelism()), runState: state };
  const worker = new Worker(entry(import.meta.url), { workerData: start, execArgv: [] });
  guardExit(state);
  const refuse = (problem: string): ModelFileError => new ModelFileError({ file: graph, problem });
  const ask = (request: RangeRequest): Promise<RangeReply> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(refuse('the thread that measures ranges ended'));
      worker.once('exit', ended);
      worker.once('message', (reply: RangeReply) => {
        worker.off('exit', ended);
        if (reply.kind === 'failed') reject(refuse(`ranges cannot be measured: ${reply.message}`));
        else resolve(reply);
      });
      worker.postMessage(request);
    });
  worker.on('error', () => undefined);
  worker.on('exit', () => unguardExit(state));
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

/** Run from source, the build beside it is used: threads load JavaScript only. */
function entry(moduleUrl: string): string {
  const folder = moduleUrl.endsWith('.ts') ? '../../dist/graph' : '.';
  return fileURLToPath(new URL(`${folder}/range-worker.js`, moduleUrl));
}
