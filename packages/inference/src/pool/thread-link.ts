import { Worker } from 'node:worker_threads';
import { tokenBuffers } from '../tokenizer/token-sequences.js';
import type { WorkerStart } from '../worker/protocol.js';
import { runState } from '../worker/run-state.js';
import { guardExit, unguardExit } from './exit-guard.js';
import { workerEntry } from './worker-entry.js';
import type { StartWorker } from './worker-link.js';

/** Starts workers in threads of this process, guarded against its exit. */
export function threadsOf(entry: string = workerEntry('worker')): StartWorker {
  return (start, { onReply, onEnd }) => {
    const state = runState();
    const workerData: WorkerStart = { ...start, runState: state };
    const worker = new Worker(entry, { workerData, execArgv: [] });
    guardExit(state);
    let failure: Error | undefined;
    worker.on('message', onReply);
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', (code) => {
      unguardExit(state);
      onEnd(failure?.message ?? `it ended with code ${code}`, failure);
    });
    return {
      processId: undefined,
      post(request) {
        worker.postMessage(request, request.kind === 'run' ? tokenBuffers(request.batch) : []);
      },
      keepAlive(mode) {
        if (mode === 'not') worker.unref();
        else worker.ref();
      },
    };
  };
}
