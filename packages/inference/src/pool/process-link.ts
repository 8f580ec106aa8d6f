import { fork } from 'node:child_process';
import type { WorkerReply } from '../worker/protocol.js';
import { workerEntry } from './worker-entry.js';
import type { StartWorker } from './worker-link.js';

/**
 * Starts workers in processes of their own: a native fault ends the child and not this process.
 *
 * A child ends with its channel, so none is left behind however this process ends. Its standard error is this process's.
 */
export function processesOf(entry: string = workerEntry('child')): StartWorker {
  return (start, { onReply, onEnd }) => {
    const child = fork(entry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    let failure: Error | undefined;
    child.on('message', (reply: WorkerReply) => onReply(reply));
    child.on('error', (error) => {
      failure ??= error;
      // A child that could not be started has no exit.
      if (child.pid === undefined) onEnd(error.message, error);
    });
    let unsent: string | undefined;
    child.on('exit', (code, signal) => {
      onEnd(unsent ?? (signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`), failure);
    });
    // What cannot be sent is lost with the child, and its end says so.
    const post = (message: object): void => {
      child.send(message, () => undefined);
    };
    try {
      post(start);
    } catch (error) {
      // Without its first message the child would wait for ever, and this process for the child.
      failure = error instanceof Error ? error : new Error(String(error));
      unsent = `it cannot be told what to run: ${failure.message}`;
      child.kill('SIGKILL');
    }
    return {
      processId: child.pid,
      post,
      keepAlive(mode) {
        if (mode === 'not') {
          child.unref();
          child.channel?.unref();
        } else {
          child.ref();
          child.channel?.ref();
        }
      },
    };
  };
}
